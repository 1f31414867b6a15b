import { logError } from "../log";
import { type DeadLetter, isKept } from "./dead-letters";
import type { LaneItem } from "./read-lanes";

/** So often an event is tried, over two minutes, while all others wait for it. */
const PATIENT_RECEIVES = 8;

/** Handles events of one lane; how many of them, from the first on, need not come again. */
type Handle = (items: readonly LaneItem[]) => Promise<number>;

/**
 * Runs events of the one lane of an application. One that fails again and again holds up all clients: then the next one
 * is tried. If that succeeds, infrastructure works, and the one before it becomes a dead letter, which can be brought
 * back (`npm run redrive`); if not, both stay.
 *
 * @returns how many of them need not come again
 */
export async function handleHeldUp(
  items: readonly LaneItem[],
  handle: Handle,
  deadLetter: DeadLetter,
): Promise<number> {
  const done = await handle(items);
  const [stuck, next] = items.slice(done);
  if (!stuck || !next || stuck.receives < PATIENT_RECEIVES) return done;
  if ((await handle([next])) === 0) return done;
  // Else both come again; of the next one it is stored that it was handled.
  if (!(await isKept(stuck, deadLetter))) return done;
  const { event, messageId, receives } = stuck;
  const { connectionId, type } = event;
  const error = new Error(
    `Expected it to be handled as the next event was, got a failure in each of ${receives} deliveries`,
  );
  const about = { connectionId, type, messageId };
  logError("An event went to the dead letters: it held up the whole application", error, about);
  return done + 2;
}
