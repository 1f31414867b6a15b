import { defined } from "../../defined";
import type { Hearing } from "../../ports";
import type { Item } from "./item";

/**
 * What a session can have heard, as a map: `a` offset after which it hears, `r` by a room's tag when it was joined
 * (offset; empty for always), `l` when it last left a room (offset), `u` until when it hears (epoch seconds), `d` from
 * and to which offset it did not, `y` the last offset that a return was sent, `n` how often in a row that came again.
 * Some 40 bytes for each room, whatever its name. Where the connection is kept in parts there is no `r`: each room's
 * part has its time (`apart.ts`).
 */
export function hearingAttribute(hearing: Hearing): Item {
  const { after, joined, left, until, deaf, resentUntil, repeats } = hearing;
  return {
    a: after,
    r: Object.fromEntries(joined),
    ...defined({
      l: left,
      u: until,
      d: deaf === undefined ? undefined : [...deaf],
      y: resentUntil,
      n: repeats,
    }),
  };
}

interface Stored {
  readonly a: string;
  readonly r?: Record<string, string>;
  readonly l?: string;
  readonly u?: number;
  readonly d?: [string, string];
  readonly y?: string;
  readonly n?: number;
}

export function readHearing(stored: unknown): Hearing | undefined {
  if (stored === undefined) return undefined;
  const { a, r = {}, l, u, d, y, n } = stored as Stored;
  return {
    after: a,
    joined: new Map(Object.entries(r)),
    ...defined({ left: l, until: u, deaf: d, resentUntil: y, repeats: n }),
  };
}

/** When rooms were joined, by their tags. */
export function staysOf(stored: unknown): [tag: string, at: string][] {
  return Object.entries((stored as Stored | undefined)?.r ?? {});
}

/** What is kept of it where the rooms are elsewhere. */
export function withoutStays(stored: Item): Item {
  const { r: _, ...rest } = stored;
  return rest;
}

/** The whole of it again; of a socket that an earlier version has stored, when it has joined rooms since. */
export function withStays(stored: unknown, stays: ReadonlyMap<string, string>): unknown {
  if (stored === undefined && stays.size === 0) return undefined;
  return { a: "", ...(stored as Item | undefined), r: Object.fromEntries(stays) };
}
