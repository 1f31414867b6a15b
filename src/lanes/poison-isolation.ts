import { logError } from "../log";
import type { Isolation, Isolations } from "../ports";
import type { LaneItem } from "./read-lanes";
import type { Message } from "./retries";

/**
 * From so many deliveries on it is noted which lanes an invocation has begun. A message that comes again may
 * have been refused by a throttled Lambda, so that alone accuses no event.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
const NOTED_RECEIVES = 2;

/**
 * So often in a row it has to have been begun alone without an end: once may also be a note that was written although
 * its own invocation never heard so, and failed.
 */
const QUARANTINE_TIMES = 2;

/** What isolation uses. */
export interface IsolationPorts {
  readonly isolations: Isolations;
  /** Sends a message to the dead letters. */
  readonly deadLetter: (item: Message) => Promise<void>;
}

/** Handles events of one lane; how many of them need not come again. */
type Handle = (items: readonly LaneItem[], deadline: number) => Promise<number>;

/** Events of one connection, with what is known of their earlier deliveries. */
export interface Lane extends Isolation {
  readonly name: string;
  readonly items: readonly LaneItem[];
}

/** What an invocation does with its batch. */
export interface Plan {
  readonly run: readonly Lane[];
  /** Whether it runs one lane, event by event. */
  readonly isIsolated: boolean;
  /** What is left to other invocations. */
  readonly giveBack: readonly LaneItem[];
}

const UNKNOWN: Isolation = { quarantined: new Set() };

/**
 * Decides what of a batch is run. A lane that was begun before by an invocation that never ended is run alone: it
 * may end this container too, and then nothing that shares it is taken for the cause, or has to wait for it.
 */
export async function planBatch(
  { isolations }: IsolationPorts,
  lanes: ReadonlyMap<string, readonly LaneItem[]>,
): Promise<Plan> {
  const known = await Promise.all(
    [...lanes].map(async ([name, items]): Promise<Lane> => {
      if (!isNoted(items)) return { name, items, ...UNKNOWN };
      // Without the table nothing can be handled either, and then nothing goes into quarantine.
      return { name, items, ...(await isolations.read(name).catch(() => UNKNOWN)) };
    }),
  );
  const [suspect, ...suspects] = known.filter(isSuspect);
  if (!suspect) return { run: known, isIsolated: false, giveBack: [] };
  const others = [...known.filter((lane) => !isSuspect(lane)), ...suspects];
  return { run: [suspect], isIsolated: true, giveBack: others.flatMap(({ items }) => items) };
}

function isSuspect({ suspect, quarantined, items }: Lane): boolean {
  return suspect !== undefined || items.some(({ messageId }) => quarantined.has(messageId));
}

/** Messages of a standard queue have no group that a dead letter could be brought back to. */
function isNoted(items: readonly LaneItem[]): boolean {
  return items.some(({ receives, groupId }) => receives >= NOTED_RECEIVES && groupId !== undefined);
}

/** Runs a lane as a whole. What was delivered before is noted first, so that its death would be known. */
export async function runNoted(
  { isolations }: IsolationPorts,
  { name, items }: Lane,
  handle: Handle,
  deadline: number,
): Promise<number> {
  const [first] = items;
  if (!first || !isNoted(items)) return handle(items, deadline);
  try {
    // Begun no times alone.
    await isolations.begin(name, first.messageId, 0);
  } catch (error) {
    logError("Cannot note that a lane is begun", error, { lane: name });
    return 0;
  }
  const handled = await handle(items, deadline);
  await endIsolation(isolations, name);
  return handled;
}

/**
 * Runs a lane event by event. Each is noted before it is handled: one that a later delivery finds noted has ended its
 * container while it ran alone. It goes into quarantine, so that what came with it goes on: SQS itself would make dead letters of
 * all of them.
 *
 * @returns how many of its events need not come again
 */
export async function tryOneByOne(
  { isolations, deadLetter }: IsolationPorts,
  { name, items, suspect, quarantined }: Lane,
  handle: Handle,
  deadline: number,
): Promise<number> {
  let done = 0;
  try {
    for (const item of items) {
      const { messageId } = item;
      if (done > 0 && Date.now() >= deadline) break;
      const times = suspect?.messageId === messageId ? suspect.times : 0;
      if (times >= QUARANTINE_TIMES) {
        await reject(item, deadLetter);
        await isolations.quarantine(name, messageId);
      } else if (!quarantined.has(messageId)) {
        await isolations.begin(name, messageId, times + 1);
        if ((await handle([item], deadline)) === 0) break;
      }
      done++;
    }
  } catch (error) {
    logError("Cannot try events one by one", error, { lane: name });
  }
  await endIsolation(isolations, name);
  return done;
}

/** Whatever has happened, this invocation is alive. */
async function endIsolation(isolations: Isolations, name: string): Promise<void> {
  await isolations
    .end(name)
    .catch((error) => logError("Cannot end an isolation", error, { lane: name }));
}

async function reject(item: LaneItem, deadLetter: IsolationPorts["deadLetter"]): Promise<void> {
  await deadLetter(item);
  const { receives, messageId, event } = item;
  const { type, connectionId } = event;
  const error = new Error(
    `Expected its invocation to end, got none that did (delivery ${receives})`,
  );
  logError("An event went into quarantine: its container ended while it ran alone", error, {
    ...{ connectionId, type, messageId },
  });
}
