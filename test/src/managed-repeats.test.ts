import { managedRooms } from "../../managed";
import type { TestTable } from "../support/table";
import { worldOnTable } from "../support/table-world";
import type { World } from "../support/world";

/** Managed actions that failed half-way and are delivered again. */

let world: World<TestTable>;
let socketId: string;

beforeEach(async () => {
  world = await worldOnTable((io) => {
    managedRooms(io.of("/"), { access: "open", presence: { rooms: "red" } });
  });
  await world.open("a=", { namespace: "" }, "json");
  await world.frames("a=", '{"action":"connect"}');
  socketId = JSON.parse(world.take("a=")[0] as string).id;
});
afterEach(() => world.close());

const address = () => ({
  ...{ namespace: "/", socketId, connectionId: "a=", protocol: "json" as const },
});
const left = async () =>
  (await world.table.items()).filter(({ p }) => ["r/,sred", "w/,sred"].includes(p as string));

test("a leave that had got as far as the connection's item removes membership and presence", async () => {
  await world.frames("a=", '{"action":"join","room":"red"}');
  const [membership] = (await left()).filter(({ p }) => p === "r/,sred");
  await world.table.store.leave(address(), ["red"]);
  await world.table.write([membership as Record<string, unknown>]);

  await world.again("a=", '{"action":"leave","room":"red","id":1}');

  expect(world.take("a=")).toContain('{"type":"ack","id":1,"args":[]}');
  expect(await left()).toEqual([]);
});

test("a join that had got as far as the membership is counted and present", async () => {
  await world.table.store.join(address(), ["red"]);

  await world.again("a=", '{"action":"join","room":"red","id":1}');

  expect(await world.table.rooms.count("/", "red")).toBe(1);
  expect((await left()).map(({ p }) => p).sort()).toEqual(["r/,sred", "w/,sred"]);
});

test("joining and leaving twice changes and tells nothing more", async () => {
  const join = '{"action":"join","room":"red"}';
  await world.frames("a=", join, join);
  expect(await world.table.rooms.count("/", "red")).toBe(1);
  const leave = '{"action":"leave","room":"red"}';
  await world.frames("a=", leave, leave);
  expect(await world.table.rooms.count("/", "red")).toBe(0);
  expect(await left()).toEqual([]);
});
