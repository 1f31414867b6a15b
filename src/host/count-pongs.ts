import type { LaneEvent } from "../lanes/events";
import type { ConnectionRecord, Store } from "../ports";
import type { RateLimiter } from "./rate-limiter";
import { keepBusy } from "./rate-limiters";
import type { CountedSender } from "./sender";

interface Counting {
  readonly limiter: RateLimiter;
  readonly sender: CountedSender;
  readonly store: Pick<Store, "saveReceiveState">;
}

/**
 * Counts a batch that holds nothing but pongs. For these no socket is restored and no handler runs.
 *
 * @returns whether that is all there is to do; not if it holds anything else or its client sends too fast
 */
export async function countPongs(
  record: Pick<ConnectionRecord, "id" | "apart">,
  events: readonly LaneEvent[],
  { limiter, sender, store }: Counting,
): Promise<boolean> {
  for (const event of events) {
    if (event.type !== "frame" || event.weight === undefined) return false;
  }
  for (const event of events) {
    if (event.type !== "frame" || event.redelivered) continue;
    if (!limiter.tryTakePong(event.at)) return false;
    sender.noteFrame(event.weight);
  }
  if (!(await sender.settle())) return false;
  await keepBusy(store, record, limiter);
  return true;
}
