import { PendingJoins } from "../../src/adapter/pending-joins";
import type { Effects } from "../../src/ports";

/** Effects that wait until the test runs them, in order, as those of an event do. */
function queue() {
  const waiting: (() => Promise<unknown>)[] = [];
  const run = <T>(_: string, effect: () => Promise<T>) =>
    new Promise<T>((resolve) => waiting.push(async () => resolve(await effect())));
  const joins = new PendingJoins({ run } as Effects);
  const written: string[] = [];
  const begin = (id: string, room: string) =>
    joins.begin("join", id, [room], async (rooms) => void written.push([id, ...rooms].join(" ")));
  const runNext = async () => waiting.shift()?.();
  return { joins, written, begin, runNext };
}

test("joins of one socket that follow each other are one write", async () => {
  const { joins, written, begin, runNext } = queue();
  const done = begin("s", "a");
  expect(joins.add("s", ["b", "c"])).toBe(done);
  await runNext();
  expect(written).toEqual(["s a b c"]);
});

test("another socket's join is not added", () => {
  const { joins, begin } = queue();
  void begin("s", "a");
  expect(joins.add("t", ["b"])).toBeUndefined();
});

test("any other effect ends a pending join, as it may read memberships", () => {
  const { joins, begin } = queue();
  void begin("s", "a");
  void joins.run("broadcast", async () => {});
  expect(joins.add("s", ["b"])).toBeUndefined();
});

test("a join whose write has begun takes no more rooms", async () => {
  const { joins, written, begin, runNext } = queue();
  void begin("s", "a");
  await runNext();
  expect(joins.add("s", ["b"])).toBeUndefined();
  expect(written).toEqual(["s a"]);
});

test("the end of an earlier write leaves a later pending join alone", async () => {
  const { joins, written, begin, runNext } = queue();
  void begin("s", "a");
  void begin("t", "b");
  await runNext();
  expect(joins.add("t", ["c"])).toBeDefined();
  await runNext();
  expect(written).toEqual(["s a", "t b c"]);
});
