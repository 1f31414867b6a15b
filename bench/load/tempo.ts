import { setTimeout as sleep } from "node:timers/promises";

/**
 * Acts at a fixed rate whatever comes of it, and tells each time when it should have been: who counts from then
 * on counts the wait of those that came late too.
 * https://www.scylladb.com/2021/04/22/on-coordinated-omission/
 */
export async function keepTempo(
  perSecond: number,
  durationMs: number,
  act: (scheduledAt: number) => void,
): Promise<void> {
  const startedAt = performance.now();
  const times = Math.round((perSecond * durationMs) / 1000);
  for (let n = 0; n < times; n++) {
    const scheduledAt = startedAt + (n * 1000) / perSecond;
    const waitMs = scheduledAt - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    act(scheduledAt);
  }
  // As long as asked for, also where nothing more is to be done.
  await sleep(Math.max(0, startedAt + durationMs - performance.now()));
}
