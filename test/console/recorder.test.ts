import type { Passed } from "../../console/source";
import { Problems } from "../../console/sources/problems";
import { passes, Recorder } from "../../console/sources/recorder";

/** What is kept of the traffic of a local stack, and for how long. */

const at = Date.now();
const opened = (connectionId: string) => ({ type: "opened", connectionId, at }) as const;
const received = (connectionId: string, text: string, when = at) =>
  ({ type: "received", connectionId, at: when, text }) as const;
const posted = (connectionId: string, text: string, when = at, status = 200) =>
  ({ type: "posted", connectionId, at: when, text, status }) as const;

function recorderOf(...heard: Parameters<Recorder["hear"]>[0][]): Recorder {
  const recorder = new Recorder();
  for (const one of heard) recorder.hear(one);
  return recorder;
}

const latest = (recorder: Recorder): Passed[] => [...recorder.latest()].map(([passed]) => passed);

test("a broadcast is one line, with how many it reached and how many posts were refused", () => {
  const text = '42["said"]';
  const recorder = recorderOf(
    ...["a", "b", "c"].map(opened),
    ...["a", "b"].map((id) => posted(id, text)),
    posted("c", text, at, 410),
  );
  expect(latest(recorder).at(-1)).toMatchObject({ name: "said", count: 3, failed: 1 });
});

test("the same event, sent again later, is another line", () => {
  const text = '42["said"]';
  const recorder = recorderOf(opened("a"), posted("a", text), posted("a", text, at + 1_000));
  expect(latest(recorder).filter(({ name }) => name === "said")).toHaveLength(2);
});

test("a packet is named by its socket once the client knows its id, and by its connection before", () => {
  const recorder = recorderOf(
    opened("a"),
    received("a", "40/chat,"),
    posted("a", '40/chat,{"sid":"socket1"}'),
    received("a", '42/chat,["say"]'),
  );
  expect(latest(recorder).map(({ socket }) => socket)).toEqual(["a", "a", "socket1", "socket1"]);
});

test("an ack says how long its event took", () => {
  const recorder = recorderOf(
    opened("a"),
    received("a", '427["ask"]', at),
    posted("a", "437[]", at + 40),
  );
  expect(latest(recorder).at(-1)).toMatchObject({ kind: "ack", tookMs: 40 });
});

test("pings are not recorded, and payloads are asked for by id", () => {
  const recorder = recorderOf(opened("a"), received("a", "3"), received("a", '42["say","secret"]'));
  const [, say] = latest(recorder);
  expect(latest(recorder)).toHaveLength(2);
  expect(JSON.stringify(say)).not.toContain("secret");
  expect(recorder.payload(say?.id as number)).toBe('42["say","secret"]');
});

test("memory is bounded by packets and by bytes", () => {
  const recorder = recorderOf(opened("a"));
  for (let n = 0; n < 5_000; n++) recorder.hear(received("a", `42["small",${n}]`));
  expect(latest(recorder)).toHaveLength(2_000);
  for (let n = 0; n < 100; n++) recorder.hear(received("a", `42["large","${"x".repeat(1e6)}"]`));
  expect(latest(recorder).length).toBeLessThan(10);
  expect(recorder.payload(2)).toBeUndefined();
});

test("charts count events, posts, refused posts, connections and waits by time", () => {
  const recorder = recorderOf(
    opened("a"),
    received("a", '42["say"]'),
    posted("a", '42["said"]'),
    posted("a", '42["lost"]', at, 410),
    { type: "measured", name: "LaneAge", values: [10, 20, 300] },
    { type: "measured", name: "HandlerErrors", values: [2] },
  );
  const { series } = recorder.charts(1);
  const sum = (values: readonly (number | null)[]) =>
    values.reduce<number>((total, value) => total + (value ?? 0), 0);
  expect([series.events, series.posts, series.failedPosts, series.errors].map(sum)).toEqual([
    ...[1, 1, 1, 2],
  ]);
  expect(series.connections.at(-1)).toBe(1);
  expect(series.waitMedian.filter((value) => value !== null)).toEqual([20]);
  expect(series.waitP95.filter((value) => value !== null)).toEqual([300]);
});

test("a filter lets through what has all that it names", () => {
  const [passed] = latest(recorderOf(opened("a"), received("a", '42/chat,["Say it"]'))).slice(-1);
  const sockets = new Set(["a"]);
  const let_ = (filter: Parameters<typeof passes>[2], members?: ReadonlySet<string>) =>
    passes(passed as Passed, sockets, filter, members);
  expect(let_({})).toBe(true);
  expect(let_({ namespace: "/chat", event: "say", socket: "a", direction: "in" })).toBe(true);
  expect(let_({ namespace: "/" })).toBe(false);
  expect(let_({ event: "other" })).toBe(false);
  expect(let_({ socket: "b" })).toBe(false);
  expect(let_({ direction: "out" })).toBe(false);
  expect(let_({ room: "lobby" }, new Set(["a"]))).toBe(true);
  expect(let_({ room: "lobby" }, new Set(["b"]))).toBe(false);
});

test("a problem has the first place of its stack that is the application's, and is counted", () => {
  const problems = new Problems((text) => text.replaceAll("/var/app/", ""));
  const error = `Error: full
    at f (/x/node_modules/p/index.js:1:1)
    at AsyncLocalStorage.run (node:async_hooks:346:14)
    at play (/var/app/server.js:12:5)`;
  const line = JSON.stringify({ level: "ERROR", message: { message: "It failed", error } });
  problems.read("lane", line, at);
  problems.read("lane", line, at + 1);
  problems.read("lane", JSON.stringify({ level: "INFO", message: "fine" }), at);
  problems.read("lane", "not JSON", at);
  expect(problems.all).toEqual([
    expect.objectContaining({ message: "It failed", place: "server.js:12:5", count: 2 }),
  ]);
});
