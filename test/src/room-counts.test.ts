import { membershipKey } from "../../src/store/dynamo/keys";
import { startTable, type TestTable } from "../support/table";

/** How many are in a room, where counts come late. */

let table: TestTable;
beforeEach(async () => {
  table = await startTable();
});
afterEach(() => table.close());

async function enter(socketId: string, isRepeated = false): Promise<boolean> {
  await table.write([{ ...membershipKey("/", "r", socketId), c: `${socketId}=` }]);
  return table.rooms.enter("/", "r", isRepeated);
}

const remove = (socketId: string) =>
  table.store.forget({
    namespace: "/",
    room: "r",
    socketId,
    connectionId: `${socketId}=`,
  });

test("who has left a room that was in doubt is not counted in the next one of its name", async () => {
  await enter("a");
  await enter("b");
  await enter("b", true);
  await remove("a");
  await remove("b");
  expect(await table.rooms.leave("/", "r", false)).toBe(true);
  expect(await table.rooms.count("/", "r")).toBe(0);
  expect(await enter("c")).toBe(true);
  expect(await enter("d")).toBe(false);

  // Only now the other one is counted.
  expect(await table.rooms.leave("/", "r", false)).toBe(false);

  expect(await table.rooms.count("/", "r")).toBe(2);
});

test("a room that was in doubt is deleted once", async () => {
  await enter("a");
  await enter("a", true);
  await remove("a");
  expect(await table.rooms.leave("/", "r", false)).toBe(true);
  expect(await table.rooms.leave("/", "r", true)).toBe(false);
  expect(await table.rooms.release("/", "r")).toBe(false);
  const pages = [];
  for await (const page of table.rooms.list("/")) pages.push(...page);
  expect(pages).toEqual([]);
});
