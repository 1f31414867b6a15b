import { setImmediate as turnOfLoop } from "node:timers/promises";
import { PostThrottle } from "../../src/delivery/post-throttle";
import { VirtualClock } from "../support/virtual-clock";

const pauses = { first: 40, last: 3_600_000 };
const ids = ["a=", "b=", "c="];

let clock: VirtualClock;
const started = (maxPerSecond = Number.POSITIVE_INFINITY) => {
  clock = new VirtualClock();
  const sleep = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
  return new PostThrottle(maxPerSecond, pauses, { now: () => clock.now(), sleep });
};

/** For how long a post has to wait. */
async function waited(pace: PostThrottle): Promise<number> {
  const from = clock.now();
  let isOver = false;
  void Promise.resolve(pace.turn()).then(() => (isOver = true));
  await turnOfLoop();
  while (!isOver) {
    clock.advance(1);
    await turnOfLoop();
  }
  return clock.now() - from;
}

test("without refusals a post may always leave at once", () => {
  const pace = started();
  for (let n = 0; n < 1000; n++) expect(pace.turn()).toBeUndefined();
});

test("a connection that is refused again and again makes no other wait", () => {
  const pace = started();
  for (let n = 0; n < 50; n++) {
    pace.refused("slow=");
    clock.advance(10);
    expect(pace.turn()).toBeUndefined();
  }
});

test("several connections that are refused together make all wait, those under way count once", async () => {
  const pace = started();
  for (let n = 0; n < 50; n++) for (const id of ids) pace.refused(id);
  const ms = await waited(pace);
  // Fifty doublings would be the longest time, which is an hour.
  expect(ms).toBeGreaterThanOrEqual(20);
  expect(ms).toBeLessThanOrEqual(62);
  expect(pace.turn()).toBeUndefined();
});

test("connections that are refused far apart are slow readers", () => {
  const pace = started();
  for (let n = 0; n < 20; n++) {
    pace.refused(`${n}=`);
    clock.advance(501);
    expect(pace.turn()).toBeUndefined();
  }
});

test("a pause begins anew: a slow reader after it makes no other wait", async () => {
  const pace = started();
  for (const id of ids) pace.refused(id);
  await waited(pace);
  pace.refused("a=");
  expect(pace.turn()).toBeUndefined();
});

test("pauses grow as long as refusals go on, until a post is accepted", async () => {
  const pace = started();
  const refuse = async () => {
    for (const id of ids) pace.refused(id);
    return waited(pace);
  };
  for (let n = 0; n < 6; n++) await refuse();
  // The seventh pause: between half of 40 ms doubled six times and all of it.
  expect(await refuse()).toBeGreaterThanOrEqual(1280);
  pace.accepted();
  expect(await refuse()).toBeLessThanOrEqual(62);
});

test("a rate is kept", async () => {
  const pace = started(500);
  let ms = 0;
  for (let n = 0; n < 150; n++) ms += await waited(pace);
  // A tenth of a second's worth may come at once; the virtual clock goes in whole milliseconds.
  expect(ms).toBeGreaterThanOrEqual(198);
});
