import { Server } from "socket.io";
import { World } from "../support/world";

/** Utility methods act on sockets of every connection, whichever container serves them. */

let world: World;
const ends: unknown[] = [];
beforeEach(async () => {
  ends.length = 0;
  world = await World.start(() => {
    const io = new Server();
    io.on("connection", (socket) => {
      socket.data.name = socket.handshake.auth.name;
      socket.on("fetch", async (room: string, ack) => {
        const sockets = await io.in(room).fetchSockets();
        ack(
          sockets.map(({ id, data, rooms, handshake }) => ({
            id,
            data,
            rooms: [...rooms],
            auth: handshake.auth,
            address: handshake.address,
          })),
        );
      });
      socket.on("join", (room: string) => socket.join(room));
      socket.on("put", (from: string, into: string) => {
        io.in(from).socketsJoin(into);
        io.to(into).emit("welcome");
      });
      socket.on("take", (from: string) => io.in(from).socketsLeave(from));
      socket.on("kick", (room: string, close: boolean) => {
        io.to(room).emit("bye");
        io.in(room).disconnectSockets(close);
      });
      socket.on("rooms", (ack) => ack([...socket.rooms]));
      socket.on("disconnecting", (reason) =>
        ends.push([socket.data.name, reason, socket.rooms.size]),
      );
      socket.on("disconnect", (reason) => ends.push([socket.data.name, reason, socket.rooms.size]));
    });
    io.of("/second").on("connection", (socket) => {
      socket.on("disconnect", (reason) => ends.push(["second", reason]));
    });
    return io;
  });
});
afterEach(() => world.close());

const connect = (id: string) => world.connect(id, "/", { name: id });
const ask = async (id: string, event: string, ...args: unknown[]) => {
  world.take(id);
  await world.frames(id, `420${JSON.stringify([event, ...args])}`);
  return JSON.parse((world.take(id).at(-1) as string).slice(3))[0];
};

test("fetchSockets shows ids, data, rooms and handshakes of all", async () => {
  const [a, b] = [await connect("a="), await connect("b=")];
  for (const id of ["a=", "b="]) await world.emit(id, "join", "room");
  const address = "203.0.113.7";
  expect(await ask("a=", "fetch", "room")).toEqual(
    expect.arrayContaining([
      { id: a, data: { name: "a=" }, rooms: [a, "room"], auth: { name: "a=" }, address },
      { id: b, data: { name: "b=" }, rooms: [b, "room"], auth: { name: "b=" }, address },
    ]),
  );
  expect(await ask("a=", "fetch", "nobody")).toEqual([]);
});

test("socketsJoin and socketsLeave take effect before what follows", async () => {
  const b = await connect("b=");
  await connect("a=");
  world.take("b=");
  await world.emit("a=", "put", b, "new room");
  expect(world.take("b=")).toEqual(['42["welcome"]']);
  expect(await ask("b=", "rooms")).toEqual([b, "new room"]);
  await world.emit("a=", "take", "new room");
  expect(await ask("b=", "rooms")).toEqual([b]);
});

test("disconnectSockets ends sockets on their own lanes, after the last emit", async () => {
  await connect("a=");
  const b = await connect("b=");
  await world.join("b=", "/second");
  world.take("b=");
  await world.emit("a=", "kick", b, false);
  expect(world.take("b=")).toEqual(['42["bye"]']);
  await world.runCommands();
  await world.runCommands();
  expect(world.take("b=")).toEqual(["41"]);
  expect(ends).toEqual([
    ["b=", "server namespace disconnect", 1],
    ["b=", "server namespace disconnect", 0],
  ]);
  expect(world.gone.has("b=")).toBe(false);
});

test("disconnectSockets(true) ends every namespace of the connection", async () => {
  await connect("a=");
  const b = await connect("b=");
  await world.join("b=", "/second");
  world.take("b=");
  await world.emit("a=", "kick", b, true);
  await world.runCommands();
  expect(world.take("b=")).toEqual(['42["bye"]', "41", "41/second,"]);
  expect(ends).toEqual([
    ["b=", "server namespace disconnect", 1],
    ["b=", "server namespace disconnect", 0],
    ["second", "server namespace disconnect"],
  ]);
  expect(world.gone.has("b=")).toBe(true);
  expect(await world.table.size()).toBe(3);
});

test("a socket may disconnect itself among others", async () => {
  const a = await connect("a=");
  await world.emit("a=", "kick", a, false);
  expect(world.take("a=").slice(-2)).toEqual(['42["bye"]', "41"]);
  expect(ends).toHaveLength(2);
});

test("a command for a socket that has left changes nothing", async () => {
  await connect("a=");
  const b = await connect("b=");
  await world.emit("a=", "kick", b, false);
  await world.frames("b=", "41");
  await world.join("b=", "/", { name: "again" });
  world.take("b=");
  await world.runCommands();
  expect(world.take("b=")).toEqual([]);
});
