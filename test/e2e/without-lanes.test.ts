import { assembly, TestStack } from "../support/clients";
import { handlesTheEndOfAConnection, servesBothKindsOfClients } from "./shared";

/** `ordering: "none"`: message routes invoke the function directly; the same application. */

let test_: TestStack;
beforeAll(async () => {
  test_ = await TestStack.start(assembly("ASSEMBLY_WITHOUT_LANES"));
});
afterAll(() => test_.close());

test("serves stock and JSON clients without the lane", async () => {
  await servesBothKindsOfClients(test_);
  const { queues } = test_.stack.statistics();
  expect(Object.values(queues).every(({ visible }) => visible === 0)).toBe(true);
});

test("a failing application never becomes an error frame", async () => {
  const stock = await test_.connect();
  stock.emit("throw");
  expect(await stock.emitWithAck("echo", "alive")).toBe("alive");
});

test("ends connections as with the lane", () => handlesTheEndOfAConnection(test_));
