import { Server } from "socket.io";
import type { TestTable } from "../support/table";
import { startWorldOnTable, worldOnTable } from "../support/table-world";
import type { World } from "../support/world";

/** Names of dynamic namespaces, which clients choose: they expire, are spread, and one client adds only some. */

const HOUR_MS = 60 * 60 * 1000;
const application = (io: Server) => {
  const parent = io.of(/^\/game-\d+$/);
  io.on("connection", (socket) => socket.on("all", () => parent.emit("news")));
};
const namesIn = (items: readonly Record<string, unknown>[]) =>
  items.filter(({ p }) => /^g\d/.test(p as string));

let world: World<TestTable>;
afterEach(() => {
  jest.restoreAllMocks();
  return world.close();
});

async function list(of: TestTable): Promise<string[]> {
  const names: string[] = [];
  for await (const page of of.namespaces.list(0)) names.push(...page);
  return names.sort();
}

test("a name expires some hours after the last connect to it", async () => {
  world = await worldOnTable(application);
  await world.connect("a=");
  await world.join("a=", "/game-1");
  const [item] = namesIn(await world.table.items());
  const seconds = (item?.e as number) - Date.now() / 1000;
  expect(seconds).toBeGreaterThan(3 * 60 * 60);
  expect(seconds).toBeLessThan(5 * 60 * 60);
});

test("expired names are passed over, and made anew", async () => {
  world = await worldOnTable(application);
  const { table } = world;
  const { namespaces } = table;
  expect(await namespaces.add(0, "/game-1", 2 * HOUR_MS)).toBe(true);
  expect(await namespaces.add(0, "/game-2", HOUR_MS)).toBe(true);
  expect(await namespaces.add(0, "/game-2", HOUR_MS)).toBe(false);
  expect(await namespaces.keep(0, "/game-3", HOUR_MS)).toBe(false);
  const now = Date.now();
  jest.spyOn(Date, "now").mockReturnValue(now + 1.5 * HOUR_MS);
  expect(await list(table)).toEqual(["/game-1"]);
  expect([await namespaces.has(0, "/game-1"), await namespaces.has(0, "/game-2")]).toEqual([
    true,
    false,
  ]);
  expect(await namespaces.keep(0, "/game-2", HOUR_MS)).toBe(false);
  expect(await namespaces.keep(0, "/game-1", HOUR_MS)).toBe(true);
  expect(await namespaces.add(0, "/game-2", HOUR_MS)).toBe(true);
});

test("names lie in several partitions", async () => {
  world = await worldOnTable(application);
  const names = Array.from({ length: 40 }, (_, n) => `/game-${n}`);
  for (const name of names) await world.table.namespaces.add(0, name, HOUR_MS);
  const partitions = new Set(namesIn(await world.table.items()).map(({ p }) => p));
  expect(partitions.size).toBe(4);
  expect(await list(world.table)).toEqual(names.sort());
});

test("names that older functions have added are found, and once", async () => {
  world = await worldOnTable(application);
  const names = Array.from({ length: 10 }, (_, n) => `/game-${n}`);
  await world.table.write(names.map((s) => ({ p: "g0", s, o: 1 })));
  for (const name of names) expect(await world.table.namespaces.has(0, name)).toBe(true);
  for (const name of names.slice(5)) await world.table.namespaces.add(0, name, HOUR_MS);
  expect(await list(world.table)).toEqual(names);
});

test("one connection adds only so many names, and still enters those that are there", async () => {
  world = await worldOnTable(application);
  world.limits = { newNamespaces: 2 };
  const warn = jest.spyOn(console, "warn").mockImplementation(() => {});
  await world.connect("a=");
  await world.connect("b=");
  for (const n of [1, 2, 3]) await world.frames("a=", `40/game-${n},`);
  expect(world.take("a=").filter((frame) => frame.startsWith("44"))).toEqual([
    '44/game-3,{"message":"Invalid namespace"}',
  ]);
  expect(JSON.stringify(warn.mock.calls)).toContain("expected at most 2 new ones");
  await world.frames("b=", "40/game-3,");
  await world.frames("a=", "40/game-3,");
  expect(world.take("a=").some((frame) => frame.startsWith("40/game-3,"))).toBe(true);
  expect(namesIn(await world.table.items())).toHaveLength(3);
});

test("leaving and entering does not get a client more names", async () => {
  world = await worldOnTable(application);
  world.limits = { newNamespaces: 5 };
  jest.spyOn(console, "warn").mockImplementation(() => {});
  await world.connect("a=");
  for (let n = 0; n < 20; n++) await world.frames("a=", `40/game-${n},`, `41/game-${n},`);
  expect(namesIn(await world.table.items())).toHaveLength(5);
});

test("a container that knows a name keeps it in the table for who connects later", async () => {
  const io = new Server();
  application(io);
  world = await startWorldOnTable(() => io);
  await world.connect("a=");
  await world.join("a=", "/game-1");
  const [before] = namesIn(await world.table.items());
  const now = Date.now();
  jest.spyOn(Date, "now").mockReturnValue(now + 2 * HOUR_MS);
  await world.connect("b=");
  await world.join("b=", "/game-1");
  const [after] = namesIn(await world.table.items());
  expect((after?.e as number) - (before?.e as number)).toBeGreaterThan(1.9 * 60 * 60);
});
