import { GetCommand } from "@aws-sdk/lib-dynamodb";
import type { Server } from "socket.io";
import type { ConnectionRecord } from "../../src/ports";
import { connectionKey } from "../../src/store/dynamo/keys";
import type { TestTable } from "../support/table";
import { worldOnTable } from "../support/table-world";
import type { World } from "../support/world";

/** Connections whose state is large: its parts are items of their own, and all works as before. */

let world: World<TestTable>;
const warnings = jest.spyOn(console, "warn");
const errors = jest.spyOn(console, "error");
beforeEach(() => {
  warnings.mockReset();
  errors.mockReset();
});
afterEach(() => world?.close());

const LARGE = 100_000;

const app = (io: Server) => {
  io.of("/other").on("connection", (socket) => {
    socket.on("rooms", (ack) => ack([...socket.rooms].slice(1).sort()));
  });
  io.on("connection", (socket) => {
    socket.join("room");
    socket.on("grow", () => {
      socket.data.text = "x".repeat(LARGE);
      Object.assign(socket, { own: "mine" });
      Object.assign(socket.request, { session: { of: "all" } });
    });
    socket.on("count", () => {
      socket.data.count = (socket.data.count ?? 0) + 1;
    });
    socket.on("renew", (exp) => {
      socket.data.claims = { exp };
    });
    socket.on("tell", (ack) => {
      const { own } = socket as unknown as { own: string };
      const { session } = socket.request as unknown as { session: object };
      const { text = "", count } = socket.data;
      const { auth, headers } = socket.handshake;
      ack({ length: text.length, count, own, session, auth, host: headers.host });
    });
    socket.on("rooms", (ack) => ack([...socket.rooms].slice(1).sort()));
    socket.on("join", (rooms) => void socket.join(rooms));
    socket.on("leave", (room) => void socket.leave(room));
    socket.on("join all", () => void io.in("room").socketsJoin(["room", "joined"]));
    socket.on("leave all", () => void io.in("room").socketsLeave("joined"));
    socket.on("fetch", async (ack) => {
      const sockets = await io.in("room").fetchSockets();
      ack(sockets.map(({ data, rooms }) => [data.text?.length ?? 0, rooms.size]));
    });
    socket.on("say", () => io.to("room").emit("said"));
    socket.on("bytes", (bytes) => socket.emit("got", bytes.length));
  });
};

async function start() {
  world = await worldOnTable(app);
  await world.connect("other=");
  await world.connect("a=", "/", { token: "t" });
  await world.emit("a=", "grow");
  expect(await anchor()).toHaveProperty("z");
  world.take("a=");
  world.take("other=");
}

/** The connection's own item. */
async function anchor(id = "a="): Promise<Record<string, unknown> | undefined> {
  const command = new GetCommand({
    TableName: world.table.name,
    Key: connectionKey(id),
    ConsistentRead: true,
  });
  return (await world.table.dynamo.send(command)).Item;
}

async function ask(id: string, event: string, namespace = ""): Promise<unknown> {
  world.take(id);
  await world.frames(id, `42${namespace}7${JSON.stringify([event])}`);
  const prefix = `43${namespace}7`;
  const answer = world.take(id).find((text) => text.startsWith(prefix));
  return answer && JSON.parse(answer.slice(prefix.length))[0];
}

const TOLD = {
  length: LARGE,
  own: "mine",
  session: { of: "all" },
  auth: { token: "t" },
  host: "example.com",
};

test("a connection becomes large, and its sockets go on with all that they had", async () => {
  await start();
  expect(JSON.stringify(await anchor()).length).toBeLessThan(300);
  expect(await ask("a=", "tell")).toEqual(TOLD);
  await world.emit("a=", "count");
  await world.emit("a=", "count");
  expect(await ask("a=", "tell")).toEqual({ ...TOLD, count: 2 });
  expect(await ask("a=", "rooms")).toEqual(["room"]);
});

test("rooms are joined and left, by itself and by others, and members are found and counted", async () => {
  await start();
  const { rooms } = world.table;
  await world.emit("a=", "join", ["one", "two", "one", "room"]);
  expect(await ask("a=", "rooms")).toEqual(["one", "room", "two"]);
  await world.emit("a=", "leave", "two");
  await world.emit("a=", "leave", "never");
  expect(await ask("a=", "rooms")).toEqual(["one", "room"]);
  await world.emit("other=", "join all");
  expect(await ask("a=", "rooms")).toEqual(["joined", "one", "room"]);
  expect(
    await Promise.all(["room", "one", "two", "joined"].map((it) => rooms.count("/", it))),
  ).toEqual([2, 1, 0, 2]);
  await world.emit("other=", "leave all");
  expect(await ask("a=", "rooms")).toEqual(["one", "room"]);
  expect(await rooms.count("/", "joined")).toBe(0);
  expect(await ask("other=", "fetch")).toEqual([
    [0, 2],
    [LARGE, 3],
  ]);
  world.take("a=");
  await world.emit("other=", "say");
  expect(world.events("a=")).toEqual([["said"]]);
});

test("namespaces are joined and left, and come back without what they had", async () => {
  await start();
  const id = await world.join("a=", "/other");
  await world.table.store.join(
    { namespace: "/other", socketId: id, connectionId: "a=", protocol: "socket.io" },
    ["late"],
  );
  expect(await ask("a=", "rooms", "/other,")).toEqual(["late"]);
  await world.frames("a=", "41/other,");
  expect((await anchor())?.["s:/other"]).toBeUndefined();
  await world.join("a=", "/other");
  expect(await ask("a=", "rooms", "/other,")).toEqual([]);
  expect(await ask("a=", "tell")).toEqual(TOLD);
});

test("its end is the end of its memberships, also of those that others made", async () => {
  await start();
  await world.emit("a=", "join", ["one"]);
  await world.emit("other=", "join all");
  await world.end("a=");
  expect(await anchor()).toBeUndefined();
  const mine = (await world.table.items()).filter(({ c }) => c === "a=");
  expect(mine).toEqual([]);
  const { rooms } = world.table;
  expect(await Promise.all(["room", "one", "joined"].map((it) => rooms.count("/", it)))).toEqual([
    1, 0, 1,
  ]);
  // No function finds the items that are left, and TTL removes them.
  for (const { p, e } of await world.table.items()) {
    if (String(p).startsWith("o")) expect(e).toBeGreaterThan(Date.now() / 1000);
  }
});

test("a socket that has ended joins nothing", async () => {
  await start();
  const record = (await world.table.store.load("a=")) as ConnectionRecord;
  const socketId = record.sockets.get("/")?.id as string;
  await world.frames("a=", "41");
  const address = { namespace: "/", socketId, connectionId: "a=", protocol: "socket.io" } as const;
  for (const hint of [{}, { apart: record.apart as string }]) {
    expect((await world.table.store.join({ ...address, ...hint }, ["late"])).rooms).toEqual([]);
    await world.table.store.saveState(
      { ...address, ...hint },
      record.sockets.get("/")?.state as never,
    );
  }
  const left = (await world.table.items()).map(({ p, s }) => `${p} ${s}`);
  expect(left.filter((name) => name.includes(socketId))).toEqual([]);
});

test("what is large from the start goes to its place at once", async () => {
  world = await worldOnTable(app);
  await world.open("a=", { EIO: "4", transport: "websocket" });
  await world.frames("a=", `40${JSON.stringify({ token: "t".repeat(20_000) })}`, '42["count"]');
  expect(await anchor()).toHaveProperty("z");
  expect(await ask("a=", "tell")).toMatchObject({ count: 1, auth: { token: "t".repeat(20_000) } });
  expect(await ask("a=", "rooms")).toEqual(["room"]);
});

test("a room that is joined while the parts are moved is not lost", async () => {
  world = await worldOnTable(app);
  const id = await world.connect("a=");
  const { store } = world.table;
  const address = {
    namespace: "/",
    socketId: id,
    connectionId: "a=",
    protocol: "socket.io",
  } as const;
  // Between the read of the item and its update: when its parts are written.
  let isMet = false;
  world.table.calls.hooks.push(async (call, next) => {
    if (call.operation === "BatchWriteItem" && !isMet) {
      isMet = true;
      await store.join(address, ["meanwhile"]);
    }
    return next(call);
  });
  expect(await store.spread("a=")).toBeUndefined();
  expect(isMet).toBe(true);
  expect(await ask("a=", "rooms")).toEqual(["meanwhile", "room"]);
  expect((await world.table.items()).filter(({ p }) => String(p).startsWith("o"))).toEqual([]);
  expect(await store.spread("a=")).toEqual(expect.any(String));
  expect(await ask("a=", "rooms")).toEqual(["meanwhile", "room"]);
});

test("the heartbeat knows until when its sockets hear, and reads no state", async () => {
  await start();
  const listed = async () => {
    for await (const page of world.table.store.connections()) {
      for (const { id, sockets } of page) if (id === "a=") return sockets.get("/")?.until;
    }
    return undefined;
  };
  expect(await listed()).toBeUndefined();
  await world.emit("a=", "renew", 4_000_000_000);
  expect(await listed()).toBe(4_000_000_000);
  await world.emit("a=", "renew");
  expect(await listed()).toBeUndefined();
});

test.each([false, true])("how fast its client sends is kept, large: %s", async (isLarge) => {
  world = await worldOnTable(app);
  await world.connect("a=");
  if (isLarge) await world.emit("a=", "grow");
  const { apart } = (await world.table.store.load("a=")) as ConnectionRecord;
  expect(apart !== undefined).toBe(isLarge);
  const rates = { busyUntil: 4_000_000_000_001, deliveringUntil: 4_000_000_000_002 };
  await world.table.store.saveReceiveState("a=", { busyUntil: rates.busyUntil }, apart);
  // Who does not know that it is large finds it, too.
  await world.table.store.saveReceiveState("a=", { deliveringUntil: rates.deliveringUntil });
  expect(await world.table.store.load("a=")).toMatchObject(rates);
  const place = await world.table.store.spread("a=");
  expect(await world.table.store.load("a=")).toMatchObject({ ...rates, apart: place });
});

test("a packet with attachments is put together from many batches", async () => {
  world = await worldOnTable(app);
  await world.connect("a=");
  world.take("a=");
  const placeholders = [0, 1, 2].map((num) => ({ _placeholder: true, num }));
  const attachment = `b${"A".repeat(8000)}`;
  for (let round = 0; round < 2; round++) {
    await world.frames("a=", `453-${JSON.stringify(["bytes", ...placeholders])}`);
    await world.frames("a=", attachment);
    await world.frames("a=", attachment);
    expect(await anchor()).toHaveProperty("b");
    await world.frames("a=", attachment);
    expect(world.events("a=")).toEqual([["got", 6000]]);
    expect(await anchor()).not.toHaveProperty("b");
  }
});

test("an action of a JSON client that comes again is answered as before", async () => {
  world = await worldOnTable(app);
  await world.open("j=", {}, "json");
  const act = async (id: number, event: string) => {
    world.take("j=");
    await world.frames("j=", JSON.stringify({ action: "emit", event, args: [], id }));
    return world.take("j=");
  };
  await act(1, "grow");
  expect(await anchor("j=")).toHaveProperty("z");
  await world.emit("j=", "count");
  const first = await act(2, "rooms");
  expect(first).toHaveLength(1);
  expect(await act(2, "rooms")).toEqual(first);
});
