import type { Server } from "socket.io";
import { admit } from "../../src/gateway/handshake";
import type { TestTable } from "../support/table";
import { worldOnTable } from "../support/table-world";
import { World } from "../support/world";

/** A private id brings its session back, so only its client and the functions may know it. */

const seen: unknown[] = [];
let world: World<TestTable>;

function application(io: Server): void {
  io.use((socket, next) => {
    seen.push(socket.handshake, { url: socket.request.url });
    next();
  });
  io.on("connection", (socket) => {
    seen.push(socket.handshake, { url: socket.request.url });
    socket.on("enter", (room) => socket.join(room));
    socket.on("say", (room, text) => io.to(room).emit("news", text));
    socket.on("look", async () => {
      const all = await io.fetchSockets();
      seen.push(
        all.map(({ id, handshake, data, rooms }) => ({ id, handshake, data, rooms: [...rooms] })),
      );
    });
  });
}

const options = { skipMiddlewares: false } as never;
beforeEach(async () => {
  seen.length = 0;
  world = await worldOnTable(application, { connectionStateRecovery: options });
});
afterEach(() => world.close());

const LOWEST = "0".repeat(17);

async function start(id: string) {
  await world.connect(id, "/", { nickname: "Ada" });
  const reply = world.take(id).find((text) => text.startsWith("40{")) as string;
  await world.emit(id, "enter", "r");
  await world.end(id);
  return JSON.parse(reply.slice(2)) as { sid: string; pid: string };
}

/** Everything that others see, and the items that readers of members may read. */
async function shown(): Promise<string> {
  await world.connect("other=");
  await world.emit("other=", "say", "r", "hi");
  await world.emit("other=", "look");
  const items = (await world.table.items()).filter(({ p }) => !String(p).startsWith("c"));
  expect(items.some(({ w }) => w !== undefined)).toBe(true);
  return JSON.stringify([seen, items]);
}

test("of a stock client shows in no handshake, no fetched socket and no membership", async () => {
  const { sid, pid } = await start("a=");
  await world.connect("x=");
  await world.emit("x=", "say", "r", "missed");
  await world.open("b=", { EIO: "4", transport: "websocket" });
  const auth = { pid, offset: LOWEST, nickname: "Ada" };
  await world.frames("b=", `40${JSON.stringify(auth)}`);
  expect(world.take("b=").at(-1)).toContain(sid);
  const text = await shown();
  expect(text).toContain('"auth":{"nickname":"Ada"}');
  expect(text).toContain(sid);
  expect(text).not.toContain(pid);
  expect(text).not.toContain(LOWEST);
});

test("of a JSON client that gives it in its URL shows there no more than in `connect`", async () => {
  const { sid, pid } = await start("a=");
  await world.connect("x=");
  await world.emit("x=", "say", "r", "missed");
  const admission = admit({
    headers: {},
    queryStringParameters: { pid, offset: LOWEST, colour: "red" },
    requestContext: { connectionId: "b=", connectedAt: Date.now(), stage: "prod" },
  });
  if (!admission.ok) throw new Error(admission.message);
  await world.table.store.open(admission.connection);
  await world.handle("b=", [{ type: "open", connectionId: "b=" }]);
  expect(world.take("b=").at(-1)).toContain(`"id":"${sid}"`);
  const text = await shown();
  expect(text).toContain('"query":{"colour":"red"}');
  expect(text).toContain("/prod/?colour=red");
  expect(text).not.toContain(pid);
});

test("that an earlier version has stored with a socket is not shown either", async () => {
  const { sid, pid } = await start("a=");
  await world.open("b=", { EIO: "4", transport: "websocket" });
  await world.frames("b=", `40${JSON.stringify({ pid, offset: LOWEST })}`);
  const [item] = (await world.table.items()).filter(({ s }) => s === "b=");
  const socket = item?.["s:/"] as { i: string; j: string };
  expect(socket.i).toBe(sid);
  const stored = { ...JSON.parse(socket.j), a: { pid, offset: LOWEST, nickname: "Ada" } };
  await world.table.write([{ ...item, "s:/": { ...socket, j: JSON.stringify(stored) } }]);
  await world.connect("other=");
  await world.emit("other=", "look");
  await world.emit("b=", "look");
  const text = JSON.stringify(seen);
  expect(text).toContain('"auth":{"nickname":"Ada"}');
  expect(text).not.toContain(pid);
});

test("an application without recovery may use the same names for its own", async () => {
  const plain = await World.of((io) => {
    io.use((socket, next) => {
      seen.push(socket.handshake.auth);
      next();
    });
  });
  await plain.connect("a=", "/", { pid: "patient 5", offset: "3" });
  expect(seen).toEqual([{ pid: "patient 5", offset: "3" }]);
  await plain.close();
});
