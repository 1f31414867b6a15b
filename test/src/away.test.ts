import { offsetAt } from "../../src/wire/offset";
import { type Kept, LOWEST, returnFrame, startSession } from "../support/returning";
import { World } from "../support/world";

/** Clients that are away while they are disconnected, or taken out of rooms: it holds when they come back. */

let world: World;
beforeEach(async () => {
  world = await World.of(
    (io) => {
      io.on("connection", (socket) => {
        socket.on("enter", (rooms) => socket.join(rooms));
        socket.on("exit", (room) => socket.leave(room));
        socket.on("rooms", (answer) => answer([...socket.rooms].sort()));
        socket.on("kick", (room, except) => io.in(room).except(except).disconnectSockets(true));
        socket.on("kick all", () => socket.broadcast.disconnectSockets());
        socket.on("expel", (from, room) => io.in(from).socketsLeave(room));
        socket.on("say", (room, text) => io.to(room).emit("news", text));
      });
    },
    { connectionStateRecovery: {} },
  );
  await world.connect("admin=");
});
afterEach(() => {
  jest.restoreAllMocks();
  return world.close();
});

/** A client that was in some rooms, and whose connection broke. */
async function away(id: string, ...rooms: string[]): Promise<Kept> {
  const kept = await startSession(world, id);
  await world.emit(id, "enter", rooms);
  await world.end(id);
  return kept;
}

/** Whether the session of a client that came back went on, in which rooms it is and what it heard. */
async function resume(id: string, { pid, sid }: Kept, offset = LOWEST) {
  await world.open(id, { EIO: "4", transport: "websocket" });
  await world.frames(id, returnFrame({ pid, sid }, offset));
  const frames = world.take(id);
  const reply = JSON.parse(frames.find((text) => text.startsWith("40"))?.slice(2) as string);
  const texts = frames
    .filter((text) => text.startsWith("42"))
    .map((text) => JSON.parse(text.slice(2))[1]);
  await world.frames(id, '421["rooms"]');
  const [rooms] = JSON.parse(world.take(id).at(-1)?.slice(3) as string);
  return {
    isRecovered: reply.sid === sid,
    rooms: rooms.filter((room: string) => room !== reply.sid),
    texts,
  };
}

const admin = (...args: unknown[]) => world.emit("admin=", ...(args as [string]));

describe("a client that was disconnected while it was away", () => {
  test.each([
    ["by a room", "r"],
    ["by its own room", undefined],
  ])("%s is a new one", async (_, room) => {
    const kept = await away("a=", "r", "s");
    await admin("kick", room ?? kept.sid, []);
    await admin("say", "s", "secret");
    expect(await resume("b=", kept)).toEqual({ isRecovered: false, rooms: [], texts: [] });
    // Nor does a second try bring it back.
    expect(await resume("c=", kept)).toEqual({ isRecovered: false, rooms: [], texts: [] });
  });

  test("with everyone is a new one", async () => {
    const kept = await away("a=", "r");
    await admin("kick all");
    expect(await resume("b=", kept)).toMatchObject({ isRecovered: false });
  });

  test("leaves nothing behind in the table but its new self", async () => {
    const kept = await away("a=", "r");
    await admin("kick", "r", []);
    await resume("b=", kept);
    const all = await world.table.memberships();
    const left = all.filter(({ socketId }) => socketId === kept.sid);
    expect(left).toEqual([]);
  });

  test("comes back where a room excepted it, or where others were meant", async () => {
    const kept = await away("a=", "r", "staff");
    await admin("kick", "r", "staff");
    await admin("kick", "other", []);
    expect(await resume("b=", kept)).toMatchObject({ isRecovered: true, rooms: ["r", "staff"] });
  });

  test("is a new one although it claims to have seen what is still to come", async () => {
    const kept = await away("a=", "r");
    const future = offsetAt(Date.now() + 3_600_000).padEnd(17, "0");
    expect(await resume("b=", kept, future)).toMatchObject({ isRecovered: true });
    await world.end("b=");
    await admin("kick", "r", []);
    expect(await resume("c=", kept, future)).toMatchObject({ isRecovered: false });
  });
});

describe("a client that was taken out of a room while it was away", () => {
  test("is out of it, hears nothing of it and is in the others", async () => {
    const kept = await away("a=", "r", "s");
    await admin("say", "r", "before");
    await admin("expel", "r", "r");
    await admin("say", "r", "secret");
    await admin("say", "s", "for s");
    expect(await resume("b=", kept)).toEqual({
      isRecovered: true,
      rooms: ["s"],
      texts: ["for s"],
    });
    await admin("say", "r", "later");
    await admin("say", "s", "to all");
    expect(world.events("b=").map((event) => (event as string[])[1])).toEqual(["to all"]);
    expect(await world.table.store.memberPage("/", "r", { limit: 1 })).toEqual({ items: [] });
  });

  test("may enter it again, and comes back into it the next time", async () => {
    const kept = await away("a=", "r");
    await admin("expel", kept.sid, "r");
    expect(await resume("b=", kept)).toMatchObject({ rooms: [] });
    await world.emit("b=", "enter", "r");
    await world.end("b=");
    expect(await resume("c=", kept)).toMatchObject({ isRecovered: true, rooms: ["r"] });
  });
});

test("what was done before a client entered a room, or connected, is not done to it later", async () => {
  await world.connect("a=");
  await world.emit("a=", "enter", ["s"]);
  const reply = world.take("a=").find((frame) => frame.startsWith("40{")) as string;
  await admin("kick", "r", []);
  await admin("expel", "s", "r");
  await world.emit("a=", "enter", ["r"]);
  await world.end("a=");
  const kept = JSON.parse(reply.slice(2));
  expect(await resume("b=", kept)).toMatchObject({ isRecovered: true, rooms: ["r", "s"] });
});

test("an admin that excepted itself by a room, and has left the room since, comes back", async () => {
  await world.connect("a=");
  const reply = world.take("a=").find((frame) => frame.startsWith("40{")) as string;
  await world.emit("a=", "enter", ["r", "staff"]);
  await admin("kick", "r", "staff");
  await world.emit("a=", "exit", "staff");
  await world.end("a=");
  expect(await resume("b=", JSON.parse(reply.slice(2)))).toMatchObject({ isRecovered: true });
});

test("an order that meets a session in the middle of its return reaches it", async () => {
  const kept = await away("a=", "r");
  const { orders } = world.table;
  const since = orders.since.bind(orders);
  let given = false;
  // The orders have been read, and are empty; now one is given.
  jest.spyOn(orders, "since").mockImplementation(async function* (...args) {
    yield* since(...args);
    if (given) return;
    given = true;
    await admin("kick", "r", []);
  });
  await world.open("b=", { EIO: "4", transport: "websocket" });
  await world.frames("b=", returnFrame(kept));
  expect(given).toBe(true);
  expect(world.commands).toContainEqual(
    expect.objectContaining({ type: "disconnect", connectionId: "b=", socketId: kept.sid }),
  );
});

test("without recovery nothing is kept", async () => {
  const plain = await World.of((io) => {
    io.on("connection", (socket) => {
      socket.on("kick", (room) => io.in(room).disconnectSockets());
    });
  });
  const keep = jest.spyOn(plain.table.orders, "keep");
  await plain.connect("a=");
  await plain.emit("a=", "kick", "an empty room");
  expect(keep).not.toHaveBeenCalled();
  await plain.close();
});
