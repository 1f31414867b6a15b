import { type Consumer, handleBatch, type QueuePorts } from "../../src/lanes/consume";
import type { LaneRecord } from "../../src/lanes/read-lanes";
import type { Message } from "../../src/lanes/retries";
import { Settlement } from "../../src/lanes/settlement";
import { SqsLanes } from "../../src/lanes/sqs-lanes";

/** A connection's messages leave the queue when its own handlers have ended, whatever shares its batch. */

const record = (connectionId: string, n: number, type = "frame"): LaneRecord => ({
  messageId: `${connectionId}${n}`,
  body: JSON.stringify({ type, connectionId, requestId: `${n}`, at: n, body: "eA==" }),
  attributes: { ApproximateReceiveCount: "1", MessageGroupId: connectionId },
});

type Calls = readonly [kind: "forget" | "retry", ids: string[]][];

/** Runs a batch whose slow connections end when `isReleased` says so of the calls that were made. */
async function run(
  records: readonly LaneRecord[],
  { slow = [], fails = {} }: Options,
  isReleased: (calls: Calls) => boolean,
) {
  const calls: [kind: "forget" | "retry", ids: string[]][] = [];
  const waiting: (() => void)[] = [];
  const release = () => {
    if (isReleased(calls)) for (const wake of waiting.splice(0)) wake();
  };
  const note = (kind: "forget" | "retry") => async (messages: readonly Message[]) => {
    calls.push([kind, messages.map(({ messageId }) => messageId)]);
    release();
  };
  const consumer: Consumer = {
    async handle(connectionId, events) {
      if (slow.includes(connectionId) && events[0]?.type !== "ack") {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          release();
        });
      }
      return fails[connectionId] ?? events.length;
    },
  };
  const unused = async () => {
    throw new Error("Not in a first delivery");
  };
  const isolations = { read: unused, begin: unused, quarantine: unused, end: unused };
  const queue: QueuePorts = {
    ...{
      isolations,
      deadLetter: unused,
      forget: note("forget"),
      retrySoon: note("retry"),
      giveBack: unused,
    },
  };
  const response = await handleBatch(consumer, records, Date.now() + 60_000, queue);
  return { calls, failed: response.batchItemFailures.map(({ itemIdentifier: id }) => id) };
}

interface Options {
  readonly slow?: readonly string[];
  /** Of which connection how many events are handled. */
  readonly fails?: Readonly<Record<string, number>>;
}

test("what a fast connection has handled is deleted while a slow one is at work", async () => {
  const records = [record("slow", 1), record("a", 1), record("a", 2), record("b", 1)];
  const { calls, failed } = await run(records, { slow: ["slow"] }, ({ length }) => length > 0);
  expect(calls).toEqual([["forget", ["a1", "a2", "b1"]]]);
  expect(failed).toEqual([]);
});

test("an ack is deleted while the handler that waits for it is at work", async () => {
  const records = [record("slow", 1), record("slow", 2, "ack")];
  const { calls } = await run(records, { slow: ["slow"] }, ({ length }) => length > 0);
  expect(calls).toEqual([["forget", ["slow2"]]]);
});

test("connections that end together cost no request", async () => {
  const records = [record("a", 1), record("b", 1), record("c", 1)];
  expect(await run(records, {}, () => true)).toEqual({ calls: [], failed: [] });
});

test("what failed comes back while a slow connection is at work, in one piece", async () => {
  const records = [record("slow", 1), ...[1, 2, 3, 4].map((n) => record("a", n))];
  const options = { slow: ["slow"], fails: { a: 2 } };
  const { calls, failed } = await run(records, options, ({ length }) => length === 2);
  expect(calls).toEqual([
    ["forget", ["a1", "a2"]],
    ["retry", ["a3", "a4"]],
  ]);
  expect(failed).toEqual(["a3", "a4"]);
});

test("messages that cannot be deleted are left to the return", async () => {
  const log = jest.spyOn(console, "error").mockImplementation();
  const away = { send: () => Promise.reject(new Error("throttled")) };
  const lanes = new SqsLanes(away as never, { lane: "https://lane" });
  const message = { messageId: "a1", receiptHandle: "r", body: "", groupId: "a", receives: 1 };
  await lanes.forget([message]);
  expect(log).toHaveBeenCalledTimes(1);
  log.mockRestore();
});

test("what the last connection has handled is left to the return", async () => {
  const records = [record("slow", 1), record("slow", 2), record("a", 1)];
  const options = { slow: ["slow"], fails: { slow: 1 } };
  const { calls, failed } = await run(records, options, ({ length }) => length > 0);
  expect(calls).toEqual([
    ["forget", ["a1"]],
    ["retry", ["slow2"]],
  ]);
  expect(failed).toEqual(["slow2"]);
});

test("a batch whose process ends gives back what runs, deletes what is handled, and nothing twice", async () => {
  const calls: [kind: string, ids: string[]][] = [];
  const note = (kind: string) => async (messages: readonly Message[]) => {
    calls.push([kind, messages.map(({ messageId }) => messageId)]);
  };
  const ports = { forget: note("forget"), retrySoon: note("retry"), giveBack: note("give back") };
  const [a, b, c, d] = ["a", "b", "c", "d"].map((messageId) => ({
    ...{ messageId, receiptHandle: "r", body: "", groupId: messageId, receives: 1 },
  })) as [Message, Message, Message, Message];
  let begun: Pick<Settlement, "abandon"> | undefined;
  const settlement = new Settlement({ ...ports, begun: (batch) => (begun = batch) }, [a, b, c, d]);
  await settlement.giveBack([d]);
  settlement.end([a], 1);
  settlement.end([b], 0);
  await begun?.abandon();
  await begun?.abandon();
  expect(calls).toEqual([
    ["give back", ["d"]],
    ["forget", ["a"]],
    ["retry", ["b", "c"]],
  ]);
});
