import type { FrameEvent } from "../lanes/events";
import type { Store } from "../ports";
import { keepBusy, type RateLimiters } from "./rate-limiters";

/**
 * Counts an ack that no function has asked for; `false` if it is one too many. Who begins frames like acks would not be
 * cut off by what each container has seen of them, so these are counted in the connection's item, and each as a counted
 * pong is: an honest client sends none.
 */
export async function tryTakeUnasked(
  { connectionId, at, redelivered }: FrameEvent & { readonly redelivered?: boolean },
  limiters: RateLimiters,
  store: Pick<Store, "load" | "saveReceiveState">,
): Promise<boolean> {
  if (redelivered) return true;
  const record = await store.load(connectionId);
  // It has ended meanwhile, and so will its lane.
  if (!record) return true;
  const limiter = limiters.resume(connectionId, record.busyUntil);
  const isAdmitted = limiter.tryTakePong(at);
  limiters.note(connectionId, limiter);
  await keepBusy(store, record, limiter);
  return isAdmitted;
}
