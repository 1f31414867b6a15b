import { setTimeout as sleep } from "node:timers/promises";
import type { Namespace, Server } from "socket.io";
import type { RoomsAdapter } from "../../src/adapter/rooms-adapter";
import { World } from "../support/world";

/** Adapter events for the whole deployment, and rooms with their sizes. */

let world: World;
let told: unknown[][] = [];

function application(io: Server): void {
  const adapter = io.of("/").adapter as unknown as NodeJS.EventEmitter;
  for (const event of ["create-room", "join-room", "leave-room", "delete-room"]) {
    adapter.on(event, (...args) => told.push([event, ...args]));
  }
  io.on("connection", (socket) => {
    socket.on("disconnect", () => {});
    socket.on("join", (...rooms) => void socket.join(rooms));
    socket.on("leave", (room) => void socket.leave(room));
    socket.on("all", (room) => io.socketsJoin(room));
    socket.on("count", async (ack) => ack([...(await counted(io.of("/")))].sort()));
  });
}

const counted = (namespace: Namespace) =>
  (namespace.adapter as unknown as RoomsAdapter).countRooms();

const ofRoom = (room: unknown) => told.filter((it) => it[1] === room).map(([event]) => event);

async function count(id: string): Promise<unknown> {
  world.take(id);
  await world.frames(id, '421["count"]');
  const [frame] = world.take(id) as [string];
  return JSON.parse(frame.slice(3))[0];
}

beforeEach(async () => {
  told = [];
  world = await World.of(application);
});
afterEach(() => {
  jest.restoreAllMocks();
  return world.close();
});

describe("20. adapter events, for all containers together", () => {
  test("create comes before join and leave before delete, nothing on repeats", async () => {
    const a = await world.connect("a=");
    const b = await world.connect("b=");
    told = [];
    await world.emit("a=", "join", "r", "r");
    await world.emit("a=", "join", "r");
    await world.emit("b=", "join", "r");
    await world.emit("b=", "leave", "nowhere");
    await world.emit("a=", "leave", "r");
    await world.emit("a=", "leave", "r");
    await world.end("b=");
    expect(told).toEqual([
      ["create-room", "r"],
      ["join-room", "r", a],
      ["join-room", "r", b],
      ["leave-room", "r", a],
      ["leave-room", b, b],
      ["delete-room", b],
      ["leave-room", "r", b],
      ["delete-room", "r"],
    ]);
  });

  test("a socket's own room comes and goes with it", async () => {
    const id = await world.connect("a=");
    await world.end("a=");
    expect(told).toEqual([
      ["create-room", id],
      ["join-room", id, id],
      ["leave-room", id, id],
      ["delete-room", id],
    ]);
  });

  test("many that join and leave at once create and delete a room in turn", async () => {
    const ids = Array.from({ length: 12 }, (_, n) => `${n}=`);
    await Promise.all(ids.map((id) => world.connect(id)));
    for (let round = 0; round < 3; round++) {
      await Promise.all(
        ids.map(async (id) => {
          await sleep(Math.random() * 10);
          await world.emit(id, "join", "r");
          await sleep(Math.random() * 10);
          await world.emit(id, "leave", "r");
        }),
      );
    }
    const changes = ofRoom("r").filter((event) => /create|delete/.test(event as string));
    expect(changes.length % 2).toBe(0);
    expect(changes.filter((event) => event === "create-room")).toHaveLength(changes.length / 2);
    expect(ofRoom("r").filter((event) => event === "join-room")).toHaveLength(36);
    expect(ofRoom("r").filter((event) => event === "leave-room")).toHaveLength(36);
    // A connection, its socket in its own room and in the namespace: no count of the room is left.
    expect(await world.table.size()).toBe(ids.length * 3);
  });

  test("a listener that throws harms no client", async () => {
    const error = jest.spyOn(console, "error").mockImplementation();
    await world.close();
    world = await World.of((io) => {
      io.of("/").adapter.on("join-room", () => {
        throw new Error("oops");
      });
      io.on("connection", (socket) => socket.on("ask", (ack) => ack("fine")));
    });
    await world.connect("a=");
    world.take("a=");
    await world.frames("a=", '421["ask"]');
    expect(world.take("a=")).toEqual(['431["fine"]']);
    expect(error).toHaveBeenCalled();
  });
});

describe("rooms with their sizes", () => {
  test("are those of the whole deployment", async () => {
    await world.connect("a=");
    await world.connect("b=");
    await world.emit("a=", "join", "r", 5, "5");
    await world.emit("b=", "all", "everyone");
    await world.emit("b=", "join", "r");
    const counts = [
      ["5", 1],
      [5, 1],
      ["everyone", 2],
      ["r", 2],
    ];
    expect(await count("a=")).toEqual(expect.arrayContaining(counts));
    await world.end("b=");
    expect(await count("a=")).toHaveLength(4);
    await world.end("a=");
    expect(await world.table.size()).toBe(0);
  });

  test("stay right when a join fails before it is counted, and comes again", async () => {
    jest.spyOn(console, "error").mockImplementation();
    await world.connect("a=");
    await world.connect("b=");
    await world.emit("b=", "join", "r");
    jest.spyOn(world.table.rooms, "enter").mockRejectedValueOnce(new Error("throttled"));
    expect(await world.emit("a=", "join", "r")).toBe(0);
    await world.again("a=", '42["join","r"]');
    expect(await count("a=")).toEqual([["r", 2]]);
    await world.emit("a=", "leave", "r");
    await world.emit("b=", "leave", "r");
    expect(await count("a=")).toEqual([]);
  });

  test("stay right when a leave fails after it was counted, and comes again", async () => {
    jest.spyOn(console, "error").mockImplementation();
    await world.connect("a=");
    await world.connect("b=");
    for (const id of ["a=", "b="]) await world.emit(id, "join", "r");
    const { leave } = world.table.rooms;
    jest.spyOn(world.table.rooms, "leave").mockImplementationOnce(async (...args) => {
      await leave.apply(world.table.rooms, args);
      throw new Error("lost answer");
    });
    expect(await world.emit("a=", "leave", "r")).toBe(0);
    await world.again("a=", '42["leave","r"]');
    expect(await count("a=")).toEqual([["r", 1]]);
    await world.end("b=");
    expect(await count("a=")).toEqual([]);
    expect(ofRoom("r").at(-1)).toBe("delete-room");
  });

  test("stay right when the end of a connection fails half-way, and comes again", async () => {
    jest.spyOn(console, "error").mockImplementation();
    await world.connect("a=");
    await world.connect("b=");
    for (const id of ["a=", "b="]) await world.emit(id, "join", "r");
    jest.spyOn(world.table.store, "close").mockRejectedValueOnce(new Error("throttled"));
    const cause = { type: "disconnected", code: 1005, reason: "" } as const;
    expect(await world.end("b=", cause)).toBe(0);
    await world.handle("b=", [{ type: "close", connectionId: "b=", cause, redelivered: true }]);
    expect(await count("a=")).toEqual([["r", 1]]);
  });
});
