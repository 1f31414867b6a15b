import type { Server } from "socket.io";
import type { LaneEvent } from "../../src/lanes/events";
import { FakeMemory } from "../support/fake-memory";
import { worldOnTable } from "../support/table-world";
import type { World } from "../support/world";

/** What is stored is what one serial order of the events has left, whatever dies, comes twice or runs at the same time. */

let memory: FakeMemory;
/** Of a connect to "/team", over all copies of the application. */
let tries = 0;

function counting(io: Server): void {
  const own = memory;
  let count = 0;
  let names: string[] = [];
  own.cell(
    "count",
    () => count,
    (value) => (count = value),
  );
  own.cell(
    "names",
    () => names,
    (value) => (names = value),
  );
  io.on("connection", (socket) => {
    names.push("connected");
    socket.on("add", async (name: string) => {
      count += 1;
      names.push(name);
      socket.data.names = [...((socket.data.names as string[]) ?? []), name];
      await socket.join(`room of ${name}`);
      socket.emit("added", count);
    });
    socket.on("tell", () => {
      const data = socket.data.names;
      socket.emit("state", { count, names, data, rooms: [...socket.rooms].slice(1) });
    });
    socket.on("disconnect", () => names.push("gone"));
  });
  io.of("/team").on("connection", (socket) => {
    if (tries++ === 0) socket.join("all");
  });
}

async function start(): Promise<World<Awaited<ReturnType<typeof worldOnTable>>["table"]>> {
  const world = await worldOnTable(counting);
  world.residence = "fresh";
  world.startMemory = (host) => {
    memory = new FakeMemory(host);
    return memory;
  };
  return world;
}

let messages = 0;

function frame(connectionId: string, text: string): LaneEvent {
  const body = Buffer.from(text).toString("base64");
  const messageId = `message${++messages}`;
  return { type: "frame", connectionId, requestId: messageId, at: Date.now(), body, messageId };
}

/** Delivers a batch as SQS does: what is not handled comes again, and so may what is. */
async function deliver(world: World, events: readonly LaneEvent[], isTwice = false): Promise<void> {
  let left = [...events];
  for (let tries = 0; left.length > 0 && tries < 10; tries++) {
    const marked = left.map((event) => (tries > 0 ? { ...event, redelivered: true } : event));
    const handled = await world.handle("application", marked).catch(() => 0);
    world.table.writes.revive();
    left = left.slice(handled);
  }
  expect(left).toEqual([]);
  const again = events.map((event) => ({ ...event, redelivered: true }));
  if (isTwice) expect(await world.handle("application", again)).toBe(events.length);
}

async function stateOf(world: World, id: string): Promise<unknown> {
  world.take(id);
  await world.emit(id, "tell");
  return world.events(id).at(-1);
}

const expected = [
  "state",
  {
    ...{ count: 3, names: ["connected", "connected", "x", "y", "z"] },
    ...{ data: ["x", "z"], rooms: ["room of x", "room of z"] },
  },
];

const adds = () => [
  frame("a=", '42["add","x"]'),
  frame("b=", '42["add","y"]'),
  frame("a=", '42["add","z"]'),
];

test("a batch that dies at any of its writes, and comes again, has happened once", async () => {
  // So many writes are more than it makes.
  for (let deaths = 0; deaths < 24; deaths++) {
    const world = await start();
    await world.connect("a=");
    await world.connect("b=");
    world.table.writes.dieAfter(deaths);
    await deliver(world, adds());
    expect(await stateOf(world, "a=")).toEqual(expected);
    await world.close();
  }
}, 60_000);

test("a connect and an end that die at any of their writes, and come again, leave each socket once", async () => {
  for (let deaths = 0; deaths < 14; deaths++) {
    const world = await start();
    await world.connect("b=");
    const connectedAt = Date.now();
    const handshake = { headers: {}, query: { EIO: "4" }, address: "203.0.113.7", url: "/" };
    const opened = { protocol: "socket.io", handshake, connectedAt, sockets: new Map() };
    await world.table.store.open({ id: "a=", ...opened });
    const open: LaneEvent = { type: "open", connectionId: "a=", messageId: `open${deaths}` };
    world.table.writes.dieAfter(deaths);
    await deliver(world, [open, frame("a=", "40"), frame("a=", '42["add","x"]')]);
    expect(await stateOf(world, "a=")).toMatchObject([
      "state",
      { count: 1, names: ["connected", "connected", "x"], rooms: ["room of x"] },
    ]);
    const cause = { type: "disconnected", code: 1005, reason: "" } as const;
    const close: LaneEvent = {
      type: "close",
      connectionId: "a=",
      cause,
      messageId: `end${deaths}`,
    };
    world.table.writes.dieAfter(deaths);
    await deliver(world, [close]);
    expect(await stateOf(world, "b=")).toMatchObject([
      "state",
      { names: ["connected", "connected", "x", "gone"] },
    ]);
    // A death in the middle of a join may leave one behind, which the first 410 removes: its connection has ended.
    expect(await world.table.store.load("a=")).toBeUndefined();
    const living = (await world.table.memberships()).filter(({ connectionId: of }) => of !== "a=");
    // In its own room and in its namespace.
    expect(living).toHaveLength(2);
    await world.close();
  }
}, 60_000);

test("a connection's next socket is the same one, whichever of its writes its container has died at", async () => {
  for (let deaths = 0; deaths < 10; deaths++) {
    const world = await start();
    await world.connect("a=");
    world.take("a=");
    tries = 0;
    world.table.writes.dieAfter(deaths);
    await deliver(world, [frame("a=", "40/team,")]);
    const told = world.take("a=").filter((text) => text.startsWith("40/team,"));
    const ids = new Set(told.map((text) => JSON.parse(text.slice("40/team,".length)).sid));
    const record = await world.table.store.load("a=");
    expect([...ids]).toEqual([record?.sockets.get("/team")?.id]);
    const members = await world.table.memberships();
    // In its own room, in its namespace, and where its first try was the last one in a room.
    const places = tries === 1 ? 3 : 2;
    expect(members.filter(({ socketId }) => ids.has(socketId))).toHaveLength(places);
    await deliver(world, [frame("a=", "41/team,")]);
    // The last member deletes a room: its item is marked, and stays for a while.
    const rooms = (await world.table.items()).filter(({ p }) => /^n\/team,/.test(p as string));
    expect(rooms.filter(({ d }) => d === undefined)).toEqual([]);
    await world.close();
  }
}, 60_000);

test("a batch that is delivered twice has happened once", async () => {
  const world = await start();
  await world.connect("a=");
  await world.connect("b=");
  await deliver(world, adds(), true);
  expect(await stateOf(world, "a=")).toEqual(expected);
  await world.close();
});

test("of two containers with a batch at the same time, one has its way", async () => {
  const world = await start();
  await world.connect("a=");
  await world.connect("b=");
  const [x, y, z] = adds() as [LaneEvent, LaneEvent, LaneEvent];
  const both = await Promise.all([
    world.handle("application", [x]),
    world.handle("application", [x]),
  ]);
  expect(both.sort()).toEqual([0, 1]);
  await deliver(world, [{ ...x, redelivered: true }, y, z]);
  expect(await stateOf(world, "a=")).toEqual(expected);
  await world.close();
});
