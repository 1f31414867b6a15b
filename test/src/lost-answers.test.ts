import type { Member } from "../../src/ports";
import type { TestTable } from "../support/table";
import { worldOnTable } from "../support/table-world";
import type { World } from "../support/world";

/** Writes that were carried out and whose answers got lost, so that they were sent again. */

let world: World<TestTable>;
beforeEach(async () => {
  world = await worldOnTable((io) => {
    io.of(/^\/made-/).on("connection", () => {});
    io.on("new_namespace", ({ name }) => io.emit("made", name));
    io.on("connection", (socket) => {
      socket.on("join", (room) => socket.join(room));
      socket.on("leave", (room) => socket.leave(room));
    });
  });
});
afterEach(() => world.close());

/** The first update that does this is carried out twice; its caller sees the second answer. */
function repeat(text: string): void {
  let isDone = false;
  world.table.calls.hooks.push(async (call, next) => {
    const { UpdateExpression: update = call.operation === "DeleteItem" ? "DELETE" : "" } =
      call.input as { readonly UpdateExpression?: string };
    if (isDone || !update.includes(text)) return next(call);
    isDone = true;
    await next(call);
    call.onRepeat?.();
    return next(call);
  });
}

test("a socket whose first write was repeated is a member", async () => {
  repeat("SET #s = :s");
  const id = await world.connect("a=");
  expect(id).not.toBe("");
  const found: Member[] = [];
  for await (const page of world.table.store.everyone("/")) found.push(...page);
  expect(found.map(({ socketId }) => socketId)).toEqual([id]);
});

const members = () => world.table.rooms.count("/", "r");
/** But for those that DynamoDB is to delete. */
const roomItems = async () =>
  (await world.table.items()).filter(({ p, d }) => String(p).startsWith("n/,") && d === undefined);

test.each(["ADD #r", "ADD n"])("a join of which %s was repeated is counted once", async (write) => {
  for (const id of ["a=", "b="]) await world.connect(id);
  await world.emit("b=", "join", "r");
  repeat(write);
  await world.emit("a=", "join", "r");
  expect(await members()).toBe(2);
  for (const id of ["a=", "b="]) await world.emit(id, "leave", "r");
  expect(await roomItems()).toEqual([]);
});

test.each(["DELETE #r", "ADD n"])("a leave of which %s was repeated is too", async (write) => {
  for (const id of ["a=", "b="]) {
    await world.connect(id);
    await world.emit(id, "join", "r");
  }
  repeat(write);
  await world.emit("a=", "leave", "r");
  expect(await members()).toBe(1);
  await world.emit("b=", "leave", "r");
  expect(await roomItems()).toEqual([]);
});

test("a membership that was forgotten twice is counted as gone", async () => {
  await world.connect("a=");
  await world.emit("a=", "join", "r");
  const [socketId] = (await world.table.store.load("a="))?.sockets.get("/")?.rooms ?? [];
  // As after a crash: the connection is gone and a membership is left.
  await world.table.store.close("a=", () => new Set(["r", socketId as string]));
  repeat("DELETE");
  const member = { connectionId: "a=", socketId: socketId as string, namespace: "/", room: "r" };
  await world.handle("a=", [
    { type: "close", connectionId: "a=", cause: { type: "gone", member } },
  ]);
  expect(await roomItems()).toEqual([]);
});

test("who has left a room with presence is told of, by the mark of the first try", async () => {
  const { presence } = world.table;
  const who = { name: "ada", socketId: "s1" };
  await presence.enter("/", "r", who);
  repeat("DELETE i");
  const since = await presence.leave("/", "r", who);
  expect(since).toBeDefined();
  expect(await presence.confirmLeave("/", "r", "ada", since as string)).toBe(true);
});

test("a namespace whose making was repeated is told of", async () => {
  await world.connect("a=");
  world.take("a=");
  repeat("SET o = :now");
  await world.join("a=", "/made-1");
  expect(world.events("a=")).toEqual([["made", "/made-1"]]);
});

test("a JSON client whose connect comes again is answered again", async () => {
  await world.open("j=", { namespace: "" }, "json");
  const connect = '{"action":"connect","id":7}';
  await world.frames("j=", connect);
  const first = world.take("j=");
  await world.again("j=", connect);
  expect(first.map((text) => JSON.parse(text).type)).toEqual(["connect", "ack"]);
  expect(world.take("j=")).toEqual(first);
});

test("a namespace that another socket has taken stays taken", async () => {
  const id = await world.connect("a=");
  const { sockets } = (await world.table.store.load("a=")) ?? {};
  const socket = sockets?.get("/");
  const address = { namespace: "/", connectionId: "a=", protocol: "socket.io" as const };
  if (!socket) throw new Error(`Cannot go on: expected socket ${id} in the table, got none`);
  const other = { ...socket, id: "another" };
  expect(await world.table.store.addSocket({ ...address, socketId: "another" }, other)).toBe(false);
});
