import type { Broadcasts } from "./broadcasts";
import { mayHaveLeft } from "./orders";
import { mayComeAgain, mayMiss } from "./overlaps";
import { type Acknowledged, type Heard, type Said, show } from "./said";
import type { Doubts } from "./stack";
import type { Talker } from "./talker";

/** What is known of a run when its talkers are compared. */
export interface Evidence {
  readonly talkers: readonly Talker[];
  readonly doubts: Doubts;
  readonly broadcasts: Broadcasts;
  /** Bodies of dead letters, frames decoded. */
  readonly deadLetters: readonly string[];
  /** Whether workers send broadcasts that are large. */
  readonly divides: boolean;
  /** Whether a batch was run twice at a time, which Lambda does only past a visibility of six timeouts. */
  readonly overlapped: boolean;
}

/** Order, repetition and completeness of what every client heard. */
export function checkMessages(evidence: Evidence): string[] {
  return evidence.talkers.flatMap((talker) => [
    ...talker.violations,
    // Behind a worker that died the cells of a room wait for half an hour, and broadcasts go on without them.
    ...(evidence.doubts.partRepeated || evidence.overlapped ? [] : checkOrder(talker, evidence)),
    ...checkRepetition(talker, evidence),
    ...checkHistory(talker, evidence),
    ...checkCompleteness(talker, evidence),
  ]);
}

/**
 * A batch may be repeated, also to a client that has come in between. A client that was there gets a
 * connection's new messages in its order.
 */
function checkOrder({ name, heard, options }: Talker, evidence: Evidence): string[] {
  // It hears again and again what it asks for.
  if (options.isGreedy) return [];
  const found: string[] = [];
  const latest = new Map<string, number>();
  const known = new Set<string>();
  for (const said of heard) {
    // A room and everyone are two audiences of one sender, and both are sent in its order.
    const source = `${said.sender} ${said.connection} ${said.namespace}`;
    const ordered = wasLeftToWorkers(said, evidence) ? `${source} ${said.room}` : source;
    const before = latest.get(ordered) ?? 0;
    if (said.wasThere && !known.has(show(said)) && said.n < before) {
      found.push(`${name} heard ${show(said)} for the first time after ${before}`);
    }
    known.add(show(said));
    for (const one of [source, `${source} ${said.room}`]) {
      latest.set(one, Math.max(latest.get(one) ?? 0, said.n));
    }
  }
  return found;
}

/**
 * Its sender has gone on after 20 s: from then on only what goes to the same members waits behind it (docs/design/large-rooms.md,
 * "Large rooms").
 */
function wasLeftToWorkers(said: Said, { talkers, divides }: Evidence): boolean {
  const { doneAt = said.at } = acknowledgement(said, talkers) ?? {};
  return divides && doneAt - said.at > 20_000;
}

function acknowledgement(said: Said, talkers: readonly Talker[]): Acknowledged | undefined {
  return talkers
    .flatMap(({ acknowledged }) => acknowledged)
    .find((one) => show(one) === show(said));
}

/** When a message was surely over. */
function doneAt(said: Said, evidence: Evidence): number {
  const { doneAt: at } = acknowledgement(said, evidence.talkers) ?? {};
  return at === undefined || wasLeftToWorkers(said, evidence) ? Number.POSITIVE_INFINITY : at;
}

/** What no fault has touched is heard once (docs/operations.md, "What comes once, and what may come again"). */
function checkRepetition(talker: Talker, evidence: Evidence): string[] {
  const { name, heard, options } = talker;
  const { doubts, broadcasts } = evidence;
  if (options.isGreedy) return [];
  const counts = new Map<string, Heard[]>();
  for (const said of heard) counts.set(show(said), [...(counts.get(show(said)) ?? []), said]);
  const overlapping = { broadcasts, doneAt: (said: Said) => doneAt(said, evidence) };
  const isDoubtful = (said: Heard) =>
    doubts.repeated.has(said.connection) ||
    doubts.unsure.has(said.by) ||
    doubts.partRepeated ||
    cameWithConnect(said, talker, evidence) ||
    mayComeAgain(said, talker, overlapping);
  return (
    [...counts]
      // A client that comes during a large broadcast may hear it as the socket that it is now, too.
      .map(([text, times]) => [text, times.filter(({ wasThere }) => wasThere)] as const)
      .filter(([, times]) => times.length > 1 && !times.some(isDoubtful))
      .map(([text, { length }]) => `${name} heard ${text} ${length} times without a fault`)
  );
}

/** What a session had missed is sent with its CONNECT, and comes again with it. */
function cameWithConnect(said: Heard, { returns }: Talker, { doubts, overlapped }: Evidence) {
  return returns.some(
    ({ namespace, by, connectedAt }) =>
      namespace === said.namespace &&
      by === said.by &&
      doubts.repeated.has(by) &&
      // Run twice at a time, the second may read the log after the first has connected.
      (said.at < connectedAt || overlapped),
  );
}

/** No socket hears what was over before it asked for the room: in whatever way it comes back, and with whatever offset. */
function checkHistory({ name, heard }: Talker, evidence: Evidence): string[] {
  const { talkers, doubts } = evidence;
  // A part that comes again is sent to those who are there by then.
  if (doubts.partRepeated) return [];
  const over = new Map(
    talkers
      .flatMap(({ acknowledged }) => acknowledged)
      .map((said) => [show(said), doneAt(said, evidence)]),
  );
  return heard
    .filter(({ connection }) => !doubts.repeated.has(connection))
    .filter((said) => (over.get(show(said)) ?? Number.POSITIVE_INFINITY) < (said.askedAt ?? 0))
    .map((said) => `${name} heard ${show(said)}, which was over before it asked for the room`);
}

/** Every client that was there before and still is has heard each acknowledged message. */
function checkCompleteness(talker: Talker, evidence: Evidence): string[] {
  const { talkers, deadLetters, broadcasts, doubts } = evidence;
  const overlapping = { broadcasts, doneAt: (said: Said) => doneAt(said, evidence) };
  const known = new Set(talker.heard.map(show));
  const isMissed = (said: Acknowledged) => {
    const since = talker.since(said.namespace, said.room);
    if (since === undefined || since >= said.at || known.has(show(said))) return false;
    const stay = talker.sessionIn(said.namespace)?.rooms.get(said.room);
    const log = { talkers, repeated: doubts.repeated };
    if (stay && mayHaveLeft(stay, said, heardUntil(said, talker, evidence), log)) return false;
    return !mayMiss(said, talker, overlapping);
  };
  return talkers
    .flatMap(({ acknowledged }) => acknowledged)
    .filter((said) => isMissed(said) && !deadLetters.some((body) => mentions(body, said)))
    .map((said) => `${talker.name} missed ${show(said)}`);
}

/** Until when an order keeps it from a listener: one that is away gets it when it comes back, if it is in the room then. */
function heardUntil(said: Said, { returns }: Talker, evidence: Evidence): number {
  const over = doneAt(said, evidence);
  const meanwhile = returns.filter(
    ({ namespace, lostAt, connectedAt }) =>
      namespace === said.namespace && lostAt <= over && connectedAt > said.at,
  );
  return Math.max(over, ...meanwhile.map(({ connectedAt }) => connectedAt));
}

/** Whether a dead letter holds what was said. */
export function mentions(body: string, { sender, n }: Said): boolean {
  return body.includes(`"sender":"${sender}"`) && body.includes(`"n":${n},`);
}

/** The body of a message, with a frame as its client sent it. */
export function readDeadLetter(body: string): string {
  const { body: frame } = JSON.parse(body) as { body?: string };
  return frame === undefined ? body : Buffer.from(frame, "base64").toString("utf8");
}
