import { handleBatch } from "../../src/lanes/consume";
import { type LaneRecord, laneOfApplication } from "../../src/lanes/read-lanes";
import type { Message } from "../../src/lanes/retries";

/** With one lane, an event that always fails must not hold up the application, and a failure of all must lose none. */

let deadLetters: string[];
let handled: string[];
beforeEach(() => {
  deadLetters = [];
  handled = [];
  jest.spyOn(console, "error").mockImplementation();
});

const record = (n: number, receives: number): LaneRecord => ({
  messageId: `m${n}`,
  body: JSON.stringify({
    type: "frame",
    connectionId: `c${n}`,
    requestId: `${n}`,
    at: n,
    body: "",
  }),
  attributes: { ApproximateReceiveCount: String(receives), MessageGroupId: "application" },
});

async function deliver(records: LaneRecord[], failing: readonly string[], losesLetters = false) {
  const consumer = {
    async handle(_: string, events: readonly { readonly connectionId: string }[]) {
      for (const [done, { connectionId }] of events.entries()) {
        if (failing.includes(connectionId)) return done;
        handled.push(connectionId);
      }
      return events.length;
    },
  };
  const none = { quarantined: new Set<string>() };
  const ports = {
    isolations: {
      ...{ read: async () => none, begin: async () => {} },
      ...{ quarantine: async () => {}, end: async () => {} },
    },
    deadLetter: async ({ messageId }: Message) => {
      if (losesLetters) throw new Error("no queue");
      deadLetters.push(messageId);
    },
    ...{ forget: async () => {}, retrySoon: async () => {}, giveBack: async () => {} },
  };
  const deadline = Date.now() + 60_000;
  const response = await handleBatch(consumer, records, deadline, ports, laneOfApplication);
  return response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

const batch = (receives: number) => [record(1, receives), record(2, receives), record(3, receives)];

test("an event that fails alone becomes a dead letter, and those behind it go on", async () => {
  expect(await deliver(batch(8), ["c1"])).toEqual(["m3"]);
  expect(handled).toEqual(["c2"]);
  expect(deadLetters).toEqual(["m1"]);
});

test("before, it is waited for", async () => {
  expect(await deliver(batch(7), ["c1"])).toEqual(["m1", "m2", "m3"]);
  expect(handled).toEqual([]);
});

test("where all fail, none is lost", async () => {
  expect(await deliver(batch(100), ["c1", "c2", "c3"])).toEqual(["m1", "m2", "m3"]);
  expect(await deliver([record(1, 100)], ["c1"])).toEqual(["m1"]);
  expect(deadLetters).toEqual([]);
});

test("where the dead letter cannot be kept, the event stays", async () => {
  expect(await deliver(batch(8), ["c1"], true)).toEqual(["m1", "m2", "m3"]);
});
