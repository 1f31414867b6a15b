import { type Kept, openAgain, returnFrame, startSession } from "../support/returning";
import type { TestTable } from "../support/table";
import { worldOnTable } from "../support/table-world";
import type { World } from "../support/world";

/** Sessions with whose return, or with whose end, a function died in the middle; its event comes again. */

let world: World<TestTable>;
beforeEach(async () => {
  world = await worldOnTable(
    (io) => {
      io.on("connection", (socket) => {
        socket.on("enter", (room) => socket.join(room));
        socket.on("exit", (room) => socket.leave(room));
        socket.on("say", (room, text) => io.to(room).emit("news", text));
        socket.on("disconnect", () => {});
      });
    },
    { connectionStateRecovery: {} },
  );
});
afterEach(() => {
  jest.restoreAllMocks();
  return world.close();
});

/** A client in room `r`. */
async function start(id: string): Promise<Kept> {
  const kept = await startSession(world, id);
  await world.emit(id, "enter", "r");
  return kept;
}

const open = (id: string) => openAgain(world, id);

/** A return of which the function dies before its socket is stored. */
async function dieAtReturn(id: string, kept: Kept): Promise<void> {
  await open(id);
  jest.spyOn(world.table.store, "addSocket").mockRejectedValueOnce(new Error("died"));
  expect(await world.frames(id, returnFrame(kept))).toBe(0);
  world.take(id);
}

function letPass(minutes: number): void {
  const now = Date.now.bind(Date);
  jest.spyOn(Date, "now").mockImplementation(() => now() + minutes * 60_000);
}

async function itemsOf({ sid }: Kept): Promise<unknown[]> {
  return (await world.table.items()).filter(({ p, s }) => /^[ra]/.test(`${p}`) && s === sid);
}

test("an end that comes again takes nothing from the session, which goes on elsewhere by now", async () => {
  const kept = await start("a=");
  jest.spyOn(world.table.store, "close").mockRejectedValueOnce(new Error("died"));
  const cause = { type: "disconnected", code: 1005, reason: "" } as const;
  expect(await world.end("a=", cause)).toBe(0);
  await open("b=");
  await world.frames("b=", returnFrame(kept));
  world.take("b=");

  await world.handle("a=", [{ type: "close", connectionId: "a=", cause, redelivered: true }]);

  expect(await world.table.store.load("a=")).toBeUndefined();
  await world.emit("b=", "say", "r", 1);
  expect(world.events("b=")).toEqual([["news", 1, expect.any(String)]]);
});

test("a return that comes again in time goes on", async () => {
  const kept = await start("a=");
  await world.end("a=");
  await dieAtReturn("b=", kept);
  await world.again("b=", returnFrame(kept));
  await world.emit("b=", "say", "r", 1);
  expect(world.events("b=")).toEqual([["news", 1, expect.any(String)]]);
  expect(await world.table.rooms.count("/", "r")).toBe(1);
});

test("a return whose function died once its socket was stored loses nothing: its client is sent back", async () => {
  const kept = await start("a=");
  await world.connect("x=");
  await world.end("a=");
  await open("b=");
  jest.spyOn(world.table.store, "completeSocket").mockRejectedValueOnce(new Error("died"));
  expect(await world.frames("b=", returnFrame(kept))).toBe(0);
  letPass(1);
  // By now it does not wait for the session any more.
  await world.emit("x=", "say", "r", 1);
  expect(world.events("b=")).toEqual([]);

  await world.again("b=", returnFrame(kept));

  expect(world.gone).toContain("b=");
  expect(await world.table.store.load("b=")).toBeUndefined();
  await open("c=");
  await world.frames("c=", returnFrame(kept));
  const frames = world.take("c=").join("\n");
  expect(frames).toMatch(/^42\["news",1,.*\n40\{/);
  expect(frames).toContain(kept.sid);
});

test("a return that comes again counts its rooms if its function died before it had", async () => {
  const kept = await start("a=");
  await world.end("a=");
  await open("b=");
  jest.spyOn(world.table.rooms, "enter").mockRejectedValueOnce(new Error("died"));
  expect(await world.frames("b=", returnFrame(kept))).toBe(0);
  await world.again("b=", returnFrame(kept));
  expect(await world.table.rooms.count("/", "r")).toBe(1);
});

test("a return that comes again too late leaves neither memberships nor rooms behind", async () => {
  const kept = await start("a=");
  await world.connect("x=");
  await world.emit("x=", "enter", "r");
  await world.end("a=");
  await dieAtReturn("b=", kept);
  expect(await itemsOf(kept)).toHaveLength(3);
  // It does not find the room empty, since the session is still a member.
  await world.emit("x=", "exit", "r");
  letPass(6);

  await world.again("b=", returnFrame(kept));

  expect(world.take("b=").join()).not.toContain(kept.sid);
  expect(await itemsOf(kept)).toEqual([]);
  const rooms = (await world.table.items()).filter(({ p }) => `${p}`.startsWith("n"));
  expect(rooms).toEqual([expect.objectContaining({ d: 1 })]);
});

test("a return that never comes again stops being a member, and waits for its deletion by DynamoDB", async () => {
  const kept = await start("a=");
  await world.connect("x=");
  await world.end("a=");
  await dieAtReturn("b=", kept);
  letPass(16);
  const read = jest.spyOn(world.table.sessions, "read");
  await world.emit("x=", "say", "r", 1);
  expect(read).not.toHaveBeenCalled();
  expect(await itemsOf(kept)).toEqual(
    [1, 2, 3].map(() => expect.objectContaining({ e: expect.any(Number) })),
  );
});
