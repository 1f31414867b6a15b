import { ApplicationBatch, type BatchPorts } from "../../src/host/application/batch";
import { Wakes } from "../../src/host/application/wakes";
import type { LaneEvent } from "../../src/lanes/events";

/** Timers below a second: a batch that a message has woken goes on for them, and the next message has no delay. */

const wake: LaneEvent = { type: "wake", connectionId: "application", at: 0 };

/** An interval, and how often it has fired. */
function interval(ms: number) {
  const state = { fired: 0, due: Date.now() + ms };
  const timers: BatchPorts["timers"] = {
    nextDue: () => state.due,
    takeDue: (now) => {
      if (state.due > now) return undefined;
      state.due += ms;
      return { id: "t", due: state.due, fire: () => void state.fired++ };
    },
  };
  return { state, timers };
}

const run = (timers: BatchPorts["timers"], sliceMs?: number) => {
  const ports = { find: async () => undefined, pass: async () => undefined };
  const given = { ...ports, timers, ...(sliceMs !== undefined && { sliceMs }) };
  return new ApplicationBatch(given, [wake], Date.now() + 60_000).run();
};

test("a slice fires what becomes due within it", async () => {
  const { state, timers } = interval(10);
  await run(timers, 200);
  // It ends once what is due next is beyond it.
  expect(state.fired).toBeGreaterThan(1);
});

test("without a slice a batch ends before what is not due", async () => {
  const { state, timers } = interval(60_000);
  await run(timers);
  expect(state.fired).toBe(0);
});

test("a slice without any timer ends at once", async () => {
  await run({ nextDue: () => undefined, takeDue: () => undefined }, 60_000);
});

test.each([
  ["fast", true, [1, 999, 1000, 2500], [0, 0, 1, 3]],
  ["otherwise", false, [1, 999, 1000, 2500], [1, 1, 1, 3]],
])("%s, messages come in time for what is due", async (_, isFast, dues, seconds) => {
  const delays: number[] = [];
  for (const due of dues) {
    const lanes = { wake: async (_: number, delay: number) => void delays.push(delay) };
    await new Wakes(lanes, new Map(), isFast).ask(5000 + due, 5000);
  }
  expect(delays).toEqual(seconds);
});

test("one message at a time is under way", async () => {
  const asked: number[] = [];
  const lanes = { wake: async (at: number) => void asked.push(at) };
  const wakes = new Wakes(lanes, new Map(), true);
  for (const now of [1000, 1010, 1020]) await wakes.ask(now + 16, now);
  expect(asked).toEqual([1000]);
  wakes.note(1000);
  await wakes.ask(1116, 1100);
  expect(asked).toEqual([1000, 1100]);
});
