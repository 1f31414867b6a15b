import type { Entry } from "./client";
import type { Moment, Recording } from "./play";

/**
 * Everything in which the two servers may differ, and why. A recording is rewritten so that exactly
 * these differences vanish; whatever still differs is a fault.
 */
export function normalize({ moments, names }: Recording): Moment[] {
  return moments.map((moment) =>
    Object.fromEntries(
      Object.entries(moment)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([endpoint, entries]) => [
          endpoint,
          setApart(entries.map((entry) => rewrite(entry, names) as Entry)),
        ]),
    ),
  );
}

/**
 * Collections of which Socket.IO promises no order: the rooms of a socket and the sockets of a room
 * are sets, responses come in the order in which clients answer.
 */
const UNORDERED: ReadonlySet<string> = new Set(["rooms", "sockets", "responses"]);

/**
 * Events that are set apart, each with the place of what it is about: only their order for one
 * subject counts.
 *
 * - `observed`: what observers hear of other sockets' ends. A socket ends on the lane of its own
 *   connection, so nothing orders that against what another connection does at the same time
 *   (ARCHITECTURE.md, "A connection is an actor on a lane"). Where the observer ends in the same step,
 *   it is chance which of the others it outlives, and its reports are left out.
 * - `any`, `any first`: what catch-all listeners hear. They run when a frame arrives and the event's
 *   own listeners a tick later, so for frames that arrive together it is chance in the reference
 *   whether the second is caught before the first is dispatched.
 */
const APART: Readonly<Record<string, number>> = { observed: 2, any: 1, "any first": 1 };

function setApart(entries: readonly Entry[]): Entry[] {
  const placeOf = ([kind, event]: Entry) => (kind === "event" ? APART[String(event)] : undefined);
  const ends = entries.some(([kind]) => kind === "disconnect");
  const apart = entries.filter(
    (entry) => placeOf(entry) !== undefined && !(ends && entry[1] === "observed"),
  );
  const subject = (entry: Entry) => `${entry[placeOf(entry) as number]}`;
  return [
    ...entries.filter((entry) => placeOf(entry) === undefined),
    ...apart.toSorted((a, b) => compareText(subject(a), subject(b))),
  ];
}

/** Ids are random: they become the names of their clients. Bytes become readable. */
function rewrite(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") return names.get(value) ?? value;
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return describeBytes(value);
  if (Array.isArray(value)) return value.map((item) => rewrite(item, names));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const rewritten = rewrite(item, names);
      const isSet = UNORDERED.has(key) && Array.isArray(rewritten);
      return [key, isSet ? sortByText(rewritten) : rewritten];
    }),
  );
}

function describeBytes(value: ArrayBuffer | ArrayBufferView): object {
  const bytes = ArrayBuffer.isView(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : Buffer.from(value);
  return { [value.constructor.name]: bytes.toString("hex") };
}

function sortByText(items: readonly unknown[]): unknown[] {
  return items.toSorted((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * What `fetchSockets` returns is the socket itself in the process that holds it and a snapshot
 * elsewhere, as in any deployment of several servers; a snapshot acts on its socket through that
 * socket's own room. So the application uses none that has left its own room.
 */
export function canBeUsedRemotely({ id, rooms }: { id: string; rooms: Set<string> }): boolean {
  return rooms.has(id);
}
