import type { ConnectionRecord, SocketAddress } from "../../src/ports";
import { type Kept, LOWEST, moveBetweenRooms, openAgain, startSession } from "../support/returning";
import type { TestTable } from "../support/table";
import { worldOnTable } from "../support/table-world";
import type { World } from "../support/world";

/** What a session can have heard is kept of a large connection too, although its rooms are items of their own. */

const LARGE = 10_000;

let world: World<TestTable>;
beforeEach(async () => {
  world = await worldOnTable(
    (io) => {
      moveBetweenRooms(io);
      io.on("connection", (socket) => {
        socket.on("grow", () => {
          socket.data.text = "x".repeat(LARGE);
        });
        socket.on("send away", (id, room) => io.in(id).socketsLeave(room));
      });
    },
    { connectionStateRecovery: {} },
  );
  await world.connect("x=");
});
afterEach(() => {
  jest.restoreAllMocks();
  return world.close();
});

const start = (id: string) => startSession(world, id);

async function startLarge(id: string): Promise<Kept> {
  const kept = await start(id);
  await world.emit(id, "grow");
  expect(await own(id)).toHaveProperty("z");
  return kept;
}

/** The connection's own item. */
async function own(id: string): Promise<Record<string, unknown>> {
  const items = await world.table.items();
  return items.find(({ p, s }) => String(p).startsWith("c") && s === id) ?? {};
}

async function load(id: string): Promise<ConnectionRecord> {
  return (await world.table.store.load(id)) as ConnectionRecord;
}

/** What a client heard that came back: texts of events, and whether its session went on. */
async function resume(id: string, { pid, sid }: Kept) {
  await openAgain(world, id);
  await world.frames(id, `40${JSON.stringify({ pid, offset: LOWEST })}`);
  const frames = world.take(id);
  const reply = JSON.parse(frames.find((text) => text.startsWith("40"))?.slice(2) as string);
  const texts = frames
    .filter((text) => text.startsWith("42"))
    .map((text) => JSON.parse(text.slice(2))[1] as string);
  return { texts, isRecovered: reply.sid === sid };
}

const say = (text: string, room = "r") => world.emit("x=", "say", room, text);

test("a session keeps when it joined each room: itself, by others, before it became large and after", async () => {
  const kept = await start("a=");
  await say("before the early room", "early");
  await world.emit("a=", "enter", "early");
  await world.emit("a=", "grow");
  expect(await own("a=")).toHaveProperty("z");
  await say("before", "r");
  await say("before others joined it", "s");
  await world.emit("a=", "enter", "r");
  await world.emit("x=", "fetch in", kept.sid, "s");
  for (const room of ["early", "r", "s"]) await say(`in ${room}`, room);
  // Joined again by others, which changes nothing of how long it has been there.
  for (const room of ["early", "r", "s"]) await world.emit("x=", "fetch in", kept.sid, room);
  await world.end("a=");
  await say("away");
  expect(await resume("b=", kept)).toEqual({
    texts: ["in early", "in r", "in s", "away"],
    isRecovered: true,
  });
  expect(await own("b=")).toHaveProperty("z");
  await say("back", "s");
  await world.end("b=");
  const again = await resume("c=", kept);
  expect(again.isRecovered).toBe(true);
  expect(again.texts).not.toContain("before");
  expect(again.texts).not.toContain("before others joined it");
  expect(again.texts).toContain("back");
});

test("nothing comes from between two stays, nor what was said when others had sent it away", async () => {
  const kept = await startLarge("a=");
  await world.emit("a=", "enter", ["r", "s"]);
  await say("first stay");
  await world.emit("a=", "exit", "r");
  await world.emit("x=", "send away", kept.sid, "s");
  await say("between");
  await say("between", "s");
  await world.emit("a=", "enter", "r");
  await world.emit("x=", "fetch in", kept.sid, "s");
  await say("second stay");
  await say("second stay, too", "s");
  await world.end("a=");
  expect((await resume("b=", kept)).texts).toEqual(["second stay", "second stay, too"]);
});

test.each([
  ["itself", () => world.emit("a=", "exit", "quiet")],
  ["by others", (sid: string) => world.emit("x=", "send away", sid, "quiet")],
])(
  "a socket that left a room %s is a new session where that room was excepted",
  async (_, leave) => {
    const kept = await startLarge("a=");
    await world.emit("a=", "enter", ["r", "quiet"]);
    await world.emit("x=", "say but", "r", "quiet", "not for a");
    await leave(kept.sid);
    await world.end("a=");
    expect(await resume("b=", kept)).toEqual({ texts: [], isRecovered: false });
  },
);

test("nothing comes later that was said while the token was expired", async () => {
  const { now } = Date;
  const kept = await startLarge("a=");
  await world.emit("a=", "claim", Math.floor(now() / 1000) + 60);
  await world.emit("a=", "enter", "r");
  await say("before");
  const later = jest.spyOn(Date, "now").mockImplementation(() => now() + 100_000);
  await say("meanwhile");
  await world.emit("a=", "claim", Math.floor(now() / 1000) + 900);
  await say("after");
  await world.end("a=");
  expect((await resume("b=", kept)).texts).toEqual(["before", "after"]);
  later.mockRestore();
});

test("what is stored of a session is the same in one item and in parts", async () => {
  await start("a=");
  await world.emit("a=", "enter", ["r", "s", "t"]);
  await world.emit("a=", "exit", "t");
  const before = (await load("a=")).sockets.get("/");
  expect(before?.hearing?.joined.size).toBe(3);
  expect(before?.hearing?.left).toEqual(expect.any(String));
  await world.table.store.spread("a=");
  expect(await own("a=")).toHaveProperty("z");
  const after = (await load("a=")).sockets.get("/");
  expect(after?.hearing).toEqual(before?.hearing);
  expect(after?.rooms).toEqual(before?.rooms);
  // It does not grow with the rooms.
  expect((await own("a="))["j:/"]).not.toHaveProperty("r");
});

test("a socket that an earlier version has stored keeps when it joined rooms since", async () => {
  const { sid } = await start("a=");
  await world.emit("a=", "enter", "r");
  const { "j:/": _, ...item } = await own("a=");
  await world.table.write([item]);
  await world.table.store.spread("a=");
  const address: SocketAddress = {
    ...{ namespace: "/", socketId: sid, connectionId: "a=", protocol: "socket.io" },
  };
  await world.table.store.join(address, ["s"], "5");
  await world.table.store.leave(address, ["r"], "6");
  const stored = (await load("a=")).sockets.get("/");
  expect(stored?.rooms).toEqual(new Set([sid, "s"]));
  expect([...(stored?.hearing?.joined.values() ?? [])]).toEqual(["5"]);
  expect(stored?.hearing?.after).toBe("");
});

test("joins that meet the making of the parts half-way are all kept, each with its time", async () => {
  const { sid } = await start("a=");
  const { store, calls } = world.table;
  const address: SocketAddress = {
    ...{ namespace: "/", socketId: sid, connectionId: "a=", protocol: "socket.io" },
  };
  const rooms = Array.from({ length: 120 }, (_, n) => `room ${n}`);
  // A join of so many takes several updates: the parts are made after the first of them.
  let updates = 0;
  calls.hooks.push(async (call, next) => {
    const isUpdate = call.operation === "UpdateItem" && updates++ === 1;
    if (isUpdate) expect(await store.spread("a=")).toEqual(expect.any(String));
    return next(call);
  });
  const { rooms: changed, isCertain } = await store.join(address, rooms, "5");
  expect(isCertain).toBe(false);
  expect(changed).toEqual(rooms);
  const stored = (await load("a=")).sockets.get("/");
  expect(stored?.rooms).toEqual(new Set([sid, ...rooms]));
  expect([...(stored?.hearing?.joined.values() ?? [])].filter((at) => at === "5")).toHaveLength(
    120,
  );
});
