import { address, connection, socket } from "../contracts/store/records";
import { startTable, type TestTable } from "../support/table";

/** What of the table no port promises: `test/contracts` has the rest. */

let table: TestTable;
beforeEach(async () => {
  table = await startTable();
});
afterEach(() => table.close());

async function connect() {
  await table.store.open(connection);
  return table.store.addSocket(address, socket);
}

test("gives back what was stored, with about how many bytes it is", async () => {
  await connect();
  const stored = { ...connection, sockets: new Map([["/chat", socket]]) };
  expect(await table.store.load("c1=")).toEqual({ ...stored, spareBytes: expect.any(Number) });
});

test("expires in epoch seconds", async () => {
  await connect();
  await table.store.saveState(address, { data: { n: 1 }, properties: {}, hasNoEndListener: false });
  const [{ e }] = (await table.items()).filter((item) => "h" in item) as [{ e: number }];
  expect(e).toBeGreaterThan(connection.connectedAt / 1000 + 7200);
  expect(e).toBeLessThan(connection.connectedAt / 1000 + 7200 + 7 * 86_400);
});
