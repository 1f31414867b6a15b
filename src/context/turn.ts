import { setImmediate as immediate } from "node:timers/promises";

let pending = 0;

/** Resolves after a turn of the event loop, in which callbacks of `setImmediate` and of ended requests have run. */
export async function turn(): Promise<void> {
  pending++;
  await immediate();
  pending--;
}

/** How many wait in `turn`: Node lists them as what the application has asked for. */
export function pendingTurns(): number {
  return pending;
}
