import { setTimeout as sleep } from "node:timers/promises";
import type { EventContext } from "./event-context";
import { type Counts, isAsking, isTurning } from "./settle";
import { turn } from "./turn";

const LOOK_AGAIN_MS = 5;

/**
 * Waits for all that an event has begun, and for callbacks that no promise stands for: those of `fs.readFile`,
 * `setImmediate`, `execFile` and their like.
 *
 * @param before what kept the process alive before the event
 */
export async function idleWithCallbacks(context: EventContext, before: Counts): Promise<void> {
  for (;;) {
    await context.idle();
    const isBusy = isAsking(before);
    if ((!isBusy && !isTurning(before)) || Date.now() >= context.deadline) return;
    await (isBusy ? sleep(LOOK_AGAIN_MS, undefined, { ref: false }) : turn());
  }
}
