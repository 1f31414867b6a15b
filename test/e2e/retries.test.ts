import type { Faults } from "../../local";
import { assembly, TestStack, waitFor } from "../support/clients";
import { hurriedClock } from "../support/hurried-clock";
import { goesOnAfter } from "./shared";

/** With AWS's own times, ten times as fast: what is left to the queue's visibility timeout comes back after 36 s. */

let isFailing = false;
const faults: Faults = { database: () => (isFailing ? "fail" : undefined) };
let running: TestStack;
beforeAll(async () => {
  running = await TestStack.start(assembly("ASSEMBLY"), {
    faults,
    timings: { clock: hurriedClock(10) },
  });
});
afterAll(() => running.close());

test("an event that DynamoDB failed comes back within seconds, in its order", async () => {
  const client = await running.connect();
  const numbers: number[] = [];
  client.on("number", (n: number) => numbers.push(n));
  isFailing = true;
  for (let n = 1; n <= 3; n++) client.emit("number", n);
  await waitFor(() => running.log.some(({ text }) => text.includes("Cannot handle events")));
  isFailing = false;
  await waitFor(() => numbers.length >= 3, 20_000);
  expect(numbers).toEqual([1, 2, 3]);
  expect(running.stack.deadLetters()).toEqual([]);
});

test("an error that escapes from a timer costs its container, and seconds of its lane", async () => {
  // It ends four containers before it becomes a dead letter; each would cost six minutes by the visibility timeout.
  await goesOnAfter(running, "let escape", 3, 60_000);
  expect(running.log.some(({ text }) => text.includes("escaped from its listener"))).toBe(true);
  expect(running.stack.deadLetters()).toHaveLength(1);
});
