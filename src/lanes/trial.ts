import { logError } from "../log";
import type { Trial, Trials } from "../ports";
import type { LaneItem } from "./read-lanes";
import type { Message } from "./retries";

/** From so many deliveries on, events are handled one at a time, to find the one that ends its container. */
export const TRIAL_RECEIVES = 2;

/**
 * So often in a row it has to have been begun without an end: once may also be a note that was written although its
 * own invocation never heard so, and failed.
 */
const CONVICTING_TIMES = 2;

/** What a trial uses. */
export interface TrialPorts {
  readonly trials: Trials;
  /** Sends a message to the dead letters. */
  readonly setAside: (item: Message) => Promise<void>;
}

/** Handles one event; `false` if it has to come again. */
type HandleOne = (item: LaneItem, deadline: number) => Promise<boolean>;

interface Lane extends Trial {
  readonly name: string;
  readonly items: readonly LaneItem[];
}

/**
 * Runs a batch that has killed its invocation, or failed, before. Each event is noted before it is handled:
 * one that a later delivery finds noted has ended its container while it ran alone. It is set aside, so that what
 * came with it goes on: SQS itself would set all of them aside together.
 *
 * @returns the messages that must be delivered again
 */
export async function tryOneByOne(
  ports: TrialPorts,
  lanes: ReadonlyMap<string, readonly LaneItem[]>,
  handle: HandleOne,
  deadline: number,
): Promise<LaneItem[]> {
  const failures: LaneItem[] = [];
  const known = await readTrials(ports, lanes);
  let left = known.length;
  for (const lane of known) {
    // A slow lane must not take the others' time.
    const until = Date.now() + (deadline - Date.now()) / left--;
    const handled = await tryLane(ports, lane, handle, until);
    failures.push(...lane.items.slice(handled));
  }
  return failures;
}

/** Lanes with a suspect come last: behind it there may be another, and the rest should be done by then. */
async function readTrials(
  { trials }: TrialPorts,
  lanes: ReadonlyMap<string, readonly LaneItem[]>,
): Promise<Lane[]> {
  const found = await Promise.all(
    [...lanes].map(async ([name, items]) => {
      // Without the table nothing can be handled either, and then nothing is set aside.
      const trial = await trials.read(name).catch(() => ({ setAside: new Set<string>() }));
      return { name, items, ...trial };
    }),
  );
  const isSuspect = ({ suspect }: Lane) => Number(suspect !== undefined);
  return found.sort((a, b) => isSuspect(a) - isSuspect(b));
}

/** How many of a lane's events need not come again. */
async function tryLane(
  { trials, setAside }: TrialPorts,
  { name, items, suspect, setAside: convicted }: Lane,
  handle: HandleOne,
  until: number,
): Promise<number> {
  let done = 0;
  try {
    for (const item of items) {
      const { messageId } = item;
      if (done > 0 && Date.now() >= until) break;
      const times = suspect?.messageId === messageId ? suspect.times : 0;
      if (times >= CONVICTING_TIMES) {
        await reject(item, setAside);
        await trials.convict(name, messageId);
      } else if (!convicted.has(messageId)) {
        await trials.begin(name, messageId, times + 1);
        if (!(await handle(item, until))) break;
      }
      done++;
    }
  } catch (error) {
    logError("Cannot try events one by one", error, { lane: name });
  }
  // Whatever has happened, this invocation is alive.
  await trials.end(name).catch((error) => logError("Cannot end a trial", error, { lane: name }));
  return done;
}

async function reject(item: LaneItem, setAside: TrialPorts["setAside"]): Promise<void> {
  await setAside(item);
  const { receives, messageId, event } = item;
  const { type, connectionId } = event;
  const error = new Error(
    `Expected its invocation to end, got none that did (delivery ${receives})`,
  );
  logError("An event was set aside: its container ended while it ran alone", error, {
    ...{ connectionId, type, messageId },
  });
}
