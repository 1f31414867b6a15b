import { logError } from "../log";
import type { Trials } from "../ports";
import type { LaneItem } from "./read-lanes";

/** From so many deliveries on, events are handled one at a time, to find the one that ends its container. */
export const TRIAL_RECEIVES = 3;

/** What a trial uses. */
export interface TrialPorts {
  readonly trials: Trials;
  /** Sends a message to the dead letters. */
  readonly setAside: (item: LaneItem) => Promise<void>;
}

/** Handles one event; `false` if it has to come again. */
type HandleOne = (item: LaneItem, deadline: number) => Promise<boolean>;

/**
 * Runs a batch that has killed its invocation, or failed, twice before. Each event is noted before it is handled
 * and the note removed after it: an event that a later delivery finds noted has ended its container while it ran
 * alone. It is set aside, so that what came with it goes on: SQS itself would set all of them aside together.
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
  let left = lanes.size;
  for (const [lane, items] of lanes) {
    // A slow lane must not take the others' time.
    const until = Date.now() + (deadline - Date.now()) / left--;
    const handled = await tryLane(ports, lane, { items, handle, until });
    failures.push(...items.slice(handled));
  }
  return failures;
}

interface Lane {
  readonly items: readonly LaneItem[];
  readonly handle: HandleOne;
  readonly until: number;
}

/** How many of a lane's events need not come again. */
async function tryLane(
  { trials, setAside }: TrialPorts,
  lane: string,
  { items, handle, until }: Lane,
): Promise<number> {
  let done = 0;
  try {
    const suspect = await trials.suspect(lane);
    for (const item of items) {
      if (done > 0 && Date.now() >= until) break;
      const isPoison = item.messageId === suspect;
      if (isPoison) await reject(item, setAside);
      else await trials.begin(lane, item.messageId);
      const handled = isPoison || (await handle(item, until));
      await trials.end(lane);
      if (!handled) break;
      done++;
    }
  } catch (error) {
    logError("Cannot try events one by one", error, { lane });
  }
  return done;
}

async function reject(item: LaneItem, setAside: TrialPorts["setAside"]): Promise<void> {
  await setAside(item);
  const { type, connectionId } = item.event;
  const error = new Error(
    `Expected an end of its invocation, got none in ${item.receives - 1} tries`,
  );
  logError("An event was set aside: its container ended while it ran alone", error, {
    ...{ connectionId, type, messageId: item.messageId },
  });
}
