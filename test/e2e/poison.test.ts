import { assembly, TestStack, waitFor } from "../support/clients";

let running: TestStack;
beforeAll(async () => {
  // What has killed its container comes again after a second and not after six minutes.
  const timings = { maximumVisibilityMs: 1500 };
  running = await TestStack.start(assembly("ASSEMBLY"), { timings });
});
afterAll(() => running.close());

test("an event that kills its container becomes a dead letter, and what came with it is handled", async () => {
  const client = await running.connect();
  const other = await running.connect();
  const numbers: number[] = [];
  client.on("number", (n: number) => numbers.push(n));
  client.emit("die");
  for (let n = 1; n <= 5; n++) client.emit("number", n);
  expect(await other.emitWithAck("echo", "meanwhile")).toBe("meanwhile");
  await waitFor(() => numbers.length >= 5, 30_000);
  expect(numbers).toEqual([1, 2, 3, 4, 5]);
  const letters = running.stack.deadLetters().map(({ body, groupId }) => {
    const { body: frame } = JSON.parse(body);
    return [Buffer.from(frame, "base64").toString(), groupId];
  });
  expect(letters).toEqual([['42["die"]', client.io.engine.id]]);
  expect(client.connected).toBe(true);
});
