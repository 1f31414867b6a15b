import { type Consumer, handleBatch } from "../../src/lanes/consume";
import type { LaneEvent } from "../../src/lanes/events";
import type { LaneRecord } from "../../src/lanes/read-lanes";
import type { Message } from "../../src/lanes/retries";
import type { Isolations } from "../../src/ports";
import { startTable, type TestTable } from "../support/table";

/** An event that ends its container must not take along what shares its batch. */

let table: TestTable;
let isolations: Isolations;
let deadLetters: Message[];
/** What was handled, as `connection/number`. */
let handled: string[];
/** What was deleted while its invocation went on. */
let forgotten: Set<string>;
let givenBack: string[][];

beforeEach(async () => {
  // The twin is faster than a container dies: what was handled beside the deadly event would not be noted as done.
  table = await startTable();
  ({ isolations } = table);
  deadLetters = [];
  handled = [];
  forgotten = new Set();
  givenBack = [];
  jest.spyOn(console, "error").mockImplementation();
});
afterEach(() => table.close());

const record = (connectionId: string, n: number, receives: number): LaneRecord => ({
  messageId: `${connectionId}${n}`,
  body: JSON.stringify({ type: "frame", connectionId, requestId: `${n}`, at: 1, body: "eA==" }),
  attributes: { ApproximateReceiveCount: String(receives), MessageGroupId: connectionId },
});

/** A container that dies of some events: nothing that comes after happens in it. */
function deliver(
  records: LaneRecord[],
  deadly: readonly string[],
  failing: readonly string[] = [],
) {
  let isDead = false;
  const alive = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isDead) return new Promise<T>(() => {});
    return work();
  };
  const consumer: Consumer = {
    async handle(connectionId: string, events: readonly LaneEvent[]) {
      for (const event of events) {
        if (isDead) return new Promise<number>(() => {});
        const name = `${connectionId}/${(event as { requestId: string }).requestId}`;
        if (failing.includes(name)) throw new Error("no table");
        if (deadly.includes(name)) {
          isDead = true;
          return new Promise<number>(() => {});
        }
        handled.push(name);
      }
      return events.length;
    },
  };
  const ports = {
    isolations: {
      read: (lane: string) => alive(() => isolations.read(lane)),
      begin: (lane: string, id: string, n: number) => alive(() => isolations.begin(lane, id, n)),
      quarantine: (lane: string, id: string) => alive(() => isolations.quarantine(lane, id)),
      end: (lane: string) => alive(() => isolations.end(lane)),
    },
    deadLetter: async (item: Message) => void deadLetters.push(item),
    forget: async (handled: readonly Message[]) =>
      void handled.map(({ messageId }) => forgotten.add(messageId)),
    retrySoon: async () => {},
    giveBack: async (messages: readonly Message[]) => {
      givenBack.push(messages.map(({ messageId }) => messageId));
    },
  };
  return Promise.race([
    handleBatch(consumer, records, Date.now() + 60_000, ports),
    new Promise<undefined>((resolve) => {
      const timer = setInterval(() => isDead && resolve(undefined), 5);
      timer.unref();
    }),
  ]);
}

/**
 * Delivers a batch until nothing of it is left, as SQS does: what a container that died had in flight comes again, and
 * what an invocation names.
 *
 * @returns how many containers died
 */
async function deliverUntilDone(batch: readonly [string, number][], deadly: readonly string[]) {
  let left = batch.map(([id, n]) => ({ id, n, receives: 1 }));
  for (let deaths = 0; deaths < 12; ) {
    const response = await deliver(
      left.map(({ id, n, receives }) => record(id, n, receives)),
      deadly,
    );
    if (!response) deaths++;
    const failed = response?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    left = left
      .filter(({ id, n }) => !forgotten.has(`${id}${n}`))
      .filter(({ id, n }) => failed?.includes(`${id}${n}`) ?? true)
      .map((one) => ({ ...one, receives: one.receives + 1 }));
    if (left.length === 0) return deaths;
  }
  throw new Error(`Not done: ${left.map(({ id, n }) => `${id}/${n}`)}`);
}

test("is found alone, and quarantined with everything else handled in order", async () => {
  const batch: [string, number][] = [
    ["calm=", 1],
    ["evil=", 1],
    ["evil=", 2],
    ["evil=", 3],
    ["late=", 1],
  ];
  expect(await deliverUntilDone(batch, ["evil=/2"])).toBe(4);
  expect(
    deadLetters.map(({ messageId, groupId, body }) => [
      messageId,
      groupId,
      JSON.parse(body).requestId,
    ]),
  ).toEqual([["evil=2", "evil=", "2"]]);
  expect(handled.filter((name) => name === "evil=/3")).toHaveLength(1);
  expect(handled.indexOf("evil=/3")).toBeGreaterThan(handled.lastIndexOf("evil=/1"));
  expect(handled).toContain("calm=/1");
  expect(handled).toContain("late=/1");
  const left = await Promise.all(["calm=", "evil=", "late="].map((lane) => isolations.read(lane)));
  expect(left.map(({ suspect }) => suspect)).toEqual([undefined, undefined, undefined]);
});

test("after a death a lane is run alone, and what shares its batch goes to other invocations", async () => {
  await isolations.begin("bad=", "bad=1", 0);
  const batch = [record("fine=", 1, 1), record("bad=", 1, 3), record("fine=", 2, 1)];
  expect(await deliver(batch, [])).toEqual({
    batchItemFailures: [{ itemIdentifier: "fine=1" }, { itemIdentifier: "fine=2" }],
  });
  expect(handled).toEqual(["bad=/1"]);
  expect(givenBack).toEqual([["fine=1", "fine=2"]]);
});

test("what Lambda refused again and again is run side by side, and accuses no event", async () => {
  const batch = ["t=", "u="].map((id) => record(id, 1, 150));
  expect(await deliver(batch, [])).toEqual({ batchItemFailures: [] });
  expect(handled.sort()).toEqual(["t=/1", "u=/1"]);
  expect([deadLetters, givenBack]).toEqual([[], []]);
  expect(await table.size()).toBe(0);
});

test("what no function understands is tried for a while, and becomes a dead letter", async () => {
  const unreadable = (receives: number) => ({ ...record("odd=", 1, receives), body: "{}" });
  expect(await deliver([unreadable(11)], [])).toEqual({
    batchItemFailures: [{ itemIdentifier: "odd=1" }],
  });
  expect(await deliver([unreadable(12)], [])).toEqual({ batchItemFailures: [] });
  expect(deadLetters.map(({ messageId }) => messageId)).toEqual(["odd=1"]);
});

test("what only fails comes again, and is not taken for what kills", async () => {
  const batch = (receives: number) => [1, 2].map((n) => record("a=", n, receives));
  const failures = { batchItemFailures: [{ itemIdentifier: "a=1" }, { itemIdentifier: "a=2" }] };
  expect(await deliver(batch(3), [], ["a=/1"])).toEqual(failures);
  expect(await deliver(batch(4), [])).toEqual({ batchItemFailures: [] });
  expect(handled).toEqual(["a=/1", "a=/2"]);
  expect(deadLetters).toEqual([]);
});

test("a note that was written unheard quarantines no event", async () => {
  await isolations.begin("u=", "u=1", 1);
  expect(await deliver([record("u=", 1, 3)], [])).toEqual({ batchItemFailures: [] });
  expect(handled).toEqual(["u=/1"]);
  expect(deadLetters).toEqual([]);
});

test("a table that is away leaves the batch to be delivered again", async () => {
  const consumer = { handle: async (_: string, events: readonly LaneEvent[]) => events.length };
  const away = () => Promise.reject(new Error("away"));
  const ports = {
    isolations: { read: away, begin: away, quarantine: away, end: away },
    deadLetter: async () => {},
    forget: async () => {},
    retrySoon: async () => {},
    giveBack: async () => {},
  };
  const response = await handleBatch(consumer, [record("a=", 1, 3)], Date.now() + 60_000, ports);
  expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "a=1" }] });
});

test("several in one batch are found one after the other, and the rest is handled", async () => {
  const batch: [string, number][] = [1, 2, 3, 4].map((n) => ["mean=", n]);
  const deadly = ["mean=/1", "mean=/2", "mean=/3"];
  expect(await deliverUntilDone([...batch, ["other=", 1]], deadly)).toBe(8);
  expect(deadLetters.map(({ messageId }) => messageId)).toEqual(["mean=1", "mean=2", "mean=3"]);
  expect(handled.filter((name) => name === "mean=/4")).toHaveLength(1);
  expect(handled).toContain("other=/1");
});

test("what was handled is done, even if the note of it cannot be removed", async () => {
  const consumer = { handle: async (_: string, events: readonly LaneEvent[]) => events.length };
  const ports = {
    isolations: {
      read: (lane: string) => isolations.read(lane),
      begin: (lane: string, id: string, n: number) => isolations.begin(lane, id, n),
      quarantine: (lane: string, id: string) => isolations.quarantine(lane, id),
      end: () => Promise.reject(new Error("throttled")),
    },
    ...{ deadLetter: async (item: Message) => void deadLetters.push(item) },
    ...{ forget: async () => {}, retrySoon: async () => {}, giveBack: async () => {} },
  };
  const batch = [record("n=", 1, 2), record("n=", 2, 2)];
  const response = await handleBatch(consumer, batch, Date.now() + 60_000, ports);
  expect(response).toEqual({ batchItemFailures: [] });
  expect(deadLetters).toEqual([]);
});

test("what failed is asked to come back soon", async () => {
  const asked: unknown[] = [];
  const consumer = { handle: async () => 0 };
  const ports = {
    ...{ isolations, deadLetter: async () => {}, forget: async () => {}, giveBack: async () => {} },
    retrySoon: async (failed: readonly { messageId: string; receives: number }[]) =>
      void asked.push(...failed.map(({ messageId, receives }) => [messageId, receives])),
  };
  await handleBatch(consumer, [record("a=", 1, 1), record("a=", 2, 1)], Date.now() + 60_000, ports);
  expect(asked).toEqual([
    ["a=1", 1],
    ["a=2", 1],
  ]);
});

test("the first delivery runs side by side, as ever", async () => {
  await deliver([record("a=", 1, 1), record("b=", 1, 1)], []);
  expect(handled.sort()).toEqual(["a=/1", "b=/1"]);
  expect(await table.size()).toBe(0);
});
