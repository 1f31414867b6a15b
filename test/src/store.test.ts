import type { ConnectionRecord, Member, Room, SocketAddress, SocketRecord } from "../../src/ports";
import { startTable, type TestTable } from "../support/table";

let table: TestTable;
beforeEach(async () => {
  table = await startTable();
});
afterEach(() => table.close());

const handshake = { headers: { a: "b" }, query: {}, address: "::1", url: "/prod/" };
const connection: ConnectionRecord = {
  id: "c1=",
  protocol: "json",
  handshake,
  connectedAt: 1_794_648_600_119,
  sockets: new Map(),
};
const address: SocketAddress = {
  namespace: "/chat",
  socketId: "socket-1",
  connectionId: "c1=",
  protocol: "json",
};
const socket: SocketRecord = {
  id: "socket-1",
  auth: { token: "t" },
  issued: 5,
  parent: 2,
  rooms: new Set(["socket-1", "a"]),
  state: { data: { x: [1] }, properties: { user: null }, quietEnd: true },
};

async function members(room: Room): Promise<Member[]> {
  const all: Member[] = [];
  for await (const page of table.store.members("/chat", room)) all.push(...page);
  return all;
}

async function everyone(): Promise<string[]> {
  const all: string[] = [];
  for await (const page of table.store.everyone("/chat")) {
    all.push(...page.map(({ socketId }) => socketId));
  }
  return all;
}

async function rooms(): Promise<Room[]> {
  const record = await table.store.load("c1=");
  return [...(record?.sockets.get("/chat")?.rooms ?? [])];
}

async function connect() {
  await table.store.open(connection);
  return table.store.addSocket(address, socket);
}

test("gives back what was stored, and nothing for an unknown connection", async () => {
  await connect();
  const stored = { ...connection, sockets: new Map([["/chat", socket]]) };
  expect(await table.store.load("c1=")).toEqual({ ...stored, bytes: expect.any(Number) });
  expect(await table.store.load("c2=")).toBeUndefined();
});

test("a socket is a member of its rooms and of its namespace", async () => {
  await connect();
  const member = { socketId: "socket-1", connectionId: "c1=", protocol: "json" };
  expect(await members("a")).toEqual([member]);
  expect(await members("socket-1")).toEqual([member]);
  expect(await everyone()).toEqual(["socket-1"]);
});

test("numbers and strings are different rooms, and any name is a room", async () => {
  await connect();
  const names = [5, "5", "", "a,b", "é\u0000\n", "__proto__", -1.5];
  await table.store.join(address, names);
  expect(await rooms()).toEqual(expect.arrayContaining(names));
  await table.store.leave(address, [5]);
  expect(await members(5)).toEqual([]);
  expect(await members("5")).toHaveLength(1);
});

test("what cannot be a room is refused with what was got", async () => {
  await connect();
  await expect(table.store.join(address, [{} as string])).rejects.toThrow("got object");
  await expect(table.store.join(address, ["x".repeat(3000)])).rejects.toThrow(/1023 bytes at most/);
});

test("joining and leaving may be repeated", async () => {
  await connect();
  for (let i = 0; i < 2; i++)
    expect((await table.store.join(address, ["b", "b"])).rooms).toEqual(i ? [] : ["b"]);
  expect(await members("b")).toHaveLength(1);
  for (let i = 0; i < 2; i++) {
    expect((await table.store.leave(address, ["b", "b"])).rooms).toEqual(i ? [] : ["b"]);
  }
  expect(await members("b")).toEqual([]);
});

test("a socket that has ended joins nothing and leaves no trace", async () => {
  await connect();
  await table.store.removeMemberships(address, ["socket-1", "a"]);
  expect(await table.store.removeSocket(address, ["socket-1", "a"])).toEqual([]);
  expect((await table.store.join(address, ["b"])).rooms).toEqual([]);
  expect(await members("b")).toEqual([]);
  await table.store.saveState(address, socket.state);
  await table.store.leave(address, ["a"]);
  expect(await table.items()).toHaveLength(1);
});

test("a socket that was replaced on its connection joins nothing either", async () => {
  await connect();
  const older = { ...address, socketId: "socket-0" };
  expect((await table.store.join(older, ["b"])).rooms).toEqual([]);
  expect(await members("b")).toEqual([]);
});

test("a connection that has ended takes no socket", async () => {
  expect(await table.store.addSocket(address, socket)).toBe(false);
  expect(await table.items()).toEqual([]);
});

test("removing a socket finds the rooms that others have put it into", async () => {
  await connect();
  await table.store.join(address, ["from elsewhere"]);
  await table.store.removeMemberships(address, ["socket-1", "a"]);
  const others = await table.store.removeSocket(address, ["socket-1", "a"]);
  expect(others).toEqual(["from elsewhere"]);
  expect(await table.items()).toHaveLength(1);
});

test("a close happens once and takes all memberships with it", async () => {
  await connect();
  await table.store.join(
    address,
    Array.from({ length: 60 }, (_, n) => `room ${n}`),
  );
  const closes = await Promise.all([table.store.close("c1="), table.store.close("c1=")]);
  expect(closes.filter((departures) => departures === undefined)).toHaveLength(1);
  const [departure] = closes.find((departures) => departures !== undefined) ?? [];
  expect(departure).toMatchObject({ namespace: "/chat", socketId: "socket-1" });
  expect(departure?.rooms).toHaveLength(62);
  expect(await table.items()).toEqual([]);
});

test("saves state and expires in epoch seconds", async () => {
  await connect();
  await table.store.saveState(address, { data: { n: 1 }, properties: {}, quietEnd: false });
  const record = await table.store.load("c1=");
  expect(record?.sockets.get("/chat")?.state).toEqual({
    data: { n: 1 },
    properties: {},
    quietEnd: false,
  });
  const [{ e }] = (await table.items()).filter((item) => "h" in item) as [{ e: number }];
  expect(e).toBeGreaterThan(connection.connectedAt / 1000 + 7200);
  expect(e).toBeLessThan(connection.connectedAt / 1000 + 7200 + 7 * 86_400);
});

test("reads a room of many pages, each member once", async () => {
  const ids = Array.from({ length: 12_000 }, (_, n) => `${n}`.padStart(20, "s"));
  // Straight into the table, since joining needs a connection for each; in one request after the other, since
  // so many at once are reset by the kernel of a small machine.
  const partition = `r/chat,s${"r".repeat(60)}`;
  for (let start = 0; start < ids.length; start += 500) {
    const some = ids.slice(start, start + 500);
    await table.write(some.map((s) => ({ p: partition, s, c: "U43EnUabp7dwh7M=" })));
  }
  const pages: number[] = [];
  const seen = new Set<string>();
  for await (const page of table.store.members("/chat", "r".repeat(60))) {
    pages.push(page.length);
    for (const { socketId } of page) seen.add(socketId);
  }
  expect(seen.size).toBe(12_000);
  expect(pages.length).toBeGreaterThan(1);
});

test("lists connections for the heartbeat", async () => {
  for (const id of ["c1=", "c2=", "c3="]) await table.store.open({ ...connection, id });
  const listed: string[] = [];
  for await (const page of table.store.connections()) listed.push(...page.map(({ id }) => id));
  expect(listed.sort()).toEqual(["c1=", "c2=", "c3="]);
});
