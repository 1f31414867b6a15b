import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Server } from "socket.io";
import { managedRooms } from "../../managed";
import { offsetAt } from "../../src/wire/offset";
import type { TestTable } from "../support/table";
import { worldOnTable } from "../support/table-world";
import type { World } from "../support/world";
import { readDump } from "./old-items";

/** What the version before there were versions had stored for connections that are still open. */
const old = readDump("items-0.1.json");
/** What the packet that was half received then still lacks. */
const ATTACHMENT = `b${Buffer.from([1, 2, 3]).toString("base64")}`;
let world: World<TestTable>;

/** As that version ran it, and with a listener more. */
const app = (io: Server) => {
  io.of(/^\/dynamic-/).on("connection", (socket) => void socket.join("inside"));
  io.on("connection", (socket) => {
    socket.data.visits = 1;
    socket.join("room");
    socket.once("once", () => socket.emit("only once"));
    socket.on("bytes", (bytes) => socket.emit("got", [...bytes]));
    socket.on("disconnect", () => io.emit("left"));
    socket.on("new", () => {
      const { nickname } = socket as unknown as { nickname: string };
      socket.emit("known", socket.id, socket.data, nickname, [...socket.rooms].slice(1));
      io.to("room").emit("to all");
    });
  });
  const presence = { rooms: "*", name: ({ id }: { id: string }) => id };
  managedRooms(io.of("/managed"), { authorize: () => true, presence });
};

beforeEach(async () => {
  world = await worldOnTable(app, { connectionStateRecovery: {} as never });
  const away = old.now - Date.now();
  const { now } = Date;
  jest.spyOn(Date, "now").mockImplementation(() => now() + away);
  jest.spyOn(console, "error").mockImplementation();
  await world.table.write(old.items);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await world.close();
});

test("a connection goes on with its socket, data, rooms and consumed listeners", async () => {
  await world.frames("stock=", ATTACHMENT);
  world.take("stock=");
  await world.emit("stock=", "new");
  await world.emit("stock=", "once");
  const said = world.take("stock=").filter((text) => text.startsWith("42"));
  const [known, toAll] = said.map((text) => JSON.parse(text.slice(2)));
  expect(known.slice(0, 5)).toEqual([
    "known",
    expect.stringMatching(/^[\w-]{20}$/),
    { visits: 1 },
    "Ada",
    expect.arrayContaining(["room", 5]),
  ]);
  expect(toAll[0]).toBe("to all");
  expect(said).toHaveLength(2);
  expect(world.take("other=").at(-1)).toContain('42["to all"');
});

test("a packet whose first half the old version received is completed", async () => {
  await world.frames("stock=", ATTACHMENT);
  expect(world.take("stock=").at(-1)).toContain('42["got",[1,2,3]');
});

test("a dynamic namespace and managed rooms are still there", async () => {
  expect(await world.table.rooms.count("/dynamic-1", "inside")).toBe(1);
  await world.frames("stock=", ATTACHMENT, "41/dynamic-1,");
  expect(await world.table.rooms.count("/dynamic-1", "inside")).toBe(0);
  await world.frames("json=", '{"action":"rooms","namespace":"/managed","id":1}');
  expect(JSON.parse(world.take("json=").at(-1) as string)).toMatchObject({
    args: [{ rooms: ["lobby"] }],
  });
});

test("a session that the old version has kept is recovered, with what it missed", async () => {
  await world.open("back=", { EIO: "4", transport: "websocket" });
  const auth = { pid: old.pid, offset: offsetAt(old.now - 1000).padEnd(17, "0") };
  await world.frames("back=", `40${JSON.stringify(auth)}`);
  const frames = world.take("back=");
  expect(frames.some((text) => text.startsWith('42["left"'))).toBe(true);
  expect(frames.at(-1)).toContain(`"pid":"${old.pid}"`);
});

test("every client can leave, and nothing of them stays", async () => {
  for (const id of ["stock=", "other=", "json="]) await world.end(id);
  const kinds = (await world.table.items()).map(({ p }) => String(p).charAt(0));
  expect([...new Set(kinds)].sort().join("")).toMatch(/^g?l?v?w?$/);
});

test("a large item of the old version goes on, in parts", async () => {
  const [connection] = (await world.table.items()).filter(({ s }) => s === "stock=");
  const state = JSON.parse(connection?.["d:/"] as string);
  const text = "x".repeat(300_000);
  const large = JSON.stringify({ ...state, d: { ...state.d, text } });
  await world.table.write([{ ...connection, "d:/": large }]);
  await world.frames("stock=", ATTACHMENT);
  expect(world.take("stock=").at(-1)).toContain('42["got",[1,2,3]');
  await world.emit("stock=", "new");
  const items = await world.table.items();
  expect(JSON.stringify(items.find(({ s }) => s === "stock=")).length).toBeLessThan(1000);
  expect(world.take("stock=")[0]).toContain(text);
});

test("an item of a newer version is refused, so that its event comes again", async () => {
  const [connection] = (await world.table.items()).filter(({ s }) => s === "stock=");
  const Item = { ...connection, _: 3 };
  await world.table.dynamo.send(new PutCommand({ TableName: world.table.name, Item }));
  await expect(world.emit("stock=", "new")).rejects.toThrow(
    "expected format 2 at most, got 3; newer functions have written it",
  );
});

test("items that are put carry their version", async () => {
  await world.connect("fresh=");
  const mine = (await world.table.items()).filter(({ s, c }) => s === "fresh=" || c === "fresh=");
  expect(mine.length).toBeGreaterThan(2);
  for (const item of mine) expect(item._).toBe(1);
});
