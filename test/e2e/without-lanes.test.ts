import { assembly, listen, TestStack, waitFor } from "../support/clients";

/** `ordering: "none"`: message routes invoke the function directly; the same application. */

let test_: TestStack;
beforeAll(async () => {
  test_ = await TestStack.start(assembly("ASSEMBLY_WITHOUT_LANES"));
});
afterAll(() => test_.close());

test("serves stock and JSON clients without the lane", async () => {
  const stock = await test_.connect();
  const json = await test_.plain();
  const heard = listen(stock);
  await json.act({ action: "join", room: "r" });
  await stock.emitWithAck("join", ["r"]);
  await stock.emitWithAck("emit", { via: "io", to: ["r"], event: "hi", args: [1] });
  expect(heard).toEqual([["hi", 1]]);
  await waitFor(() => json.messages.some(({ event }) => event === "hi"));
  const { queues } = test_.stack.statistics();
  expect(Object.values(queues).every(({ visible }) => visible === 0)).toBe(true);
});

test("a failing application never becomes an error frame", async () => {
  const stock = await test_.connect();
  stock.emit("throw");
  expect(await stock.emitWithAck("echo", "alive")).toBe("alive");
});

test("ends connections as with the lane", async () => {
  const watcher = await test_.connect();
  const leaver = await test_.connect();
  const { id } = leaver;
  watcher.emit("watch");
  await watcher.emitWithAck("echo");
  const heard = listen(watcher);
  leaver.io.engine.close();
  await waitFor(() => heard.length >= 2);
  expect(heard).toContainEqual(["saw disconnect", id, "transport close", []]);
});
