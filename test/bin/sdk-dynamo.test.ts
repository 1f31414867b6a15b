import { SdkDynamo } from "../../bin/stored/sdk-dynamo";
import { ServiceError } from "../../src/aws/service-error";
import { Table } from "../../src/store/dynamo/table";
import { startTable, type TestTable } from "../support/table";

let own: TestTable;
let table: Table;
beforeEach(async () => {
  own = await startTable();
  table = new Table(new SdkDynamo(own.dynamo), own.name);
});
afterEach(() => own.close());

const bytes = Buffer.from([0, 255]);
const items = ["1", "2", "3"].map((s) => ({ p: "a", s, n: Number(s), l: [{ b: bytes }], u: null }));
const keys = items.map(({ p, s }) => ({ p, s }));

test("each call of the table goes through the SDK, and items come back as they were", async () => {
  await table.put(items[0] as object as Record<string, unknown>);
  await table.write({ put: items.slice(1) });
  expect(await table.get(keys[0] as never)).toMatchObject(items[0] as object);
  const many = await table.getMany(keys as never);
  expect(many).toHaveLength(3);
  expect(many).toEqual(expect.arrayContaining(items.map((one) => expect.objectContaining(one))));
  const pages: unknown[] = [];
  for await (const page of table.pages("a", ({ n }) => n)) pages.push(...page);
  expect(pages).toEqual([1, 2, 3]);
  const { items: raw, next } = await table.rawPage("a", { limit: 2 });
  expect([raw.length, next]).toEqual([2, "2"]);
  const update = {
    UpdateExpression: "SET n = :n",
    ConditionExpression: "n = :before",
    ExpressionAttributeValues: { ":n": 7, ":before": 1 },
  };
  expect(await table.update(keys[0] as never, update)).toEqual({ n: 1 });
  expect(await table.update(keys[0] as never, update)).toBeUndefined();
  expect(await table.take(keys[0] as never)).toMatchObject({ n: 7 });
  expect(await table.count("a")).toBe(2);
});

test("errors have the names of the service, and the SDK's as their cause", async () => {
  const missing = new SdkDynamo(own.dynamo).call("GetItem", {
    TableName: "nothing",
    Key: { p: { S: "a" } },
  });
  const error: unknown = await missing.catch((one: unknown) => one);
  expect(error).toBeInstanceOf(ServiceError);
  expect(error).toMatchObject({ name: "ResourceNotFoundException", cause: expect.any(Error) });
});
