import { setTimeout as sleep } from "node:timers/promises";
import { pendingTurns } from "./turn";

/**
 * What an application still does for a request once its answer has ended: Node knows what keeps a process alive, such
 * as a file that is being read, but not for whom.
 */

/** What is asked for once and ends by itself: files, names, connections, processes. */
const ASKED = /Req|^ProcessWrap$/;
const IMMEDIATE = "Immediate";
/**
 * So long the rest is waited for, which may stay: timers, and sockets that are kept for the next query. Longer than a
 * query takes, and no longer than a client should wait.
 */
const GRACE_MS = 500;
const LOOK_AGAIN_MS = 2;

export type Counts = ReadonlyMap<string, number>;

/** What keeps the process alive now. */
export function countResources(): Counts {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo())
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  counts.set(IMMEDIATE, (counts.get(IMMEDIATE) ?? 0) - pendingTurns());
  return counts;
}

/** Of what more keeps the process alive than before. */
function moreThan(before: Counts): string[] {
  return [...countResources()].flatMap(([kind, n]) => (n > (before.get(kind) ?? 0) ? kind : []));
}

/**
 * Resolves when no more keeps the process alive than before, and of timers and sockets after half a second.
 *
 * @param deadline epoch milliseconds
 * @param graceMs how long timers and sockets are waited for
 */
export async function settle(before: Counts, deadline: number, graceMs = GRACE_MS): Promise<void> {
  const patience = Math.min(deadline, Date.now() + graceMs);
  for (;;) {
    const more = moreThan(before);
    const isBusy = more.some((kind) => kind === IMMEDIATE || ASKED.test(kind));
    if (more.length === 0 || Date.now() >= (isBusy ? deadline : patience)) return;
    await sleep(LOOK_AGAIN_MS, undefined, { ref: false });
  }
}

/**
 * Whether something asked for once has not ended: a file that is being read, a name, a process. That a socket or a
 * thread of the pool works for a callback, Node does not show.
 */
export function isAsking(before: Counts): boolean {
  return moreThan(before).some((kind) => ASKED.test(kind));
}

/** Whether what `setImmediate` was given has not had its turn. */
export function isTurning(before: Counts): boolean {
  return moreThan(before).includes(IMMEDIATE);
}
