import type { Hearing } from "../ports";
import type { Item } from "./items";

/**
 * What a session can have heard, as a map: `a` offset after which it hears, `r` by a room's tag when it was joined
 * (offset; empty for always), `l` when it last left a room (offset), `u` until when it hears (epoch seconds), `d` from
 * and to which offset it did not, `y` the last offset that a return was sent, `n` how often in a row that came again.
 * Some 40 bytes for each room, whatever its name.
 */
export function hearingAttribute(hearing: Hearing): Item {
  const { after, joined, left, until, deaf, replayed, repeats } = hearing;
  return {
    a: after,
    r: Object.fromEntries(joined),
    ...(left === undefined ? {} : { l: left }),
    ...(until === undefined ? {} : { u: until }),
    ...(deaf === undefined ? {} : { d: [...deaf] }),
    ...(replayed === undefined ? {} : { y: replayed }),
    ...(repeats === undefined ? {} : { n: repeats }),
  };
}

interface Stored {
  readonly a: string;
  readonly r: Record<string, string>;
  readonly l?: string;
  readonly u?: number;
  readonly d?: [string, string];
  readonly y?: string;
  readonly n?: number;
}

export function readHearing(stored: unknown): Hearing | undefined {
  if (stored === undefined) return undefined;
  const { a, r, l, u, d, y, n } = stored as Stored;
  return {
    after: a,
    joined: new Map(Object.entries(r)),
    ...(l === undefined ? {} : { left: l }),
    ...(u === undefined ? {} : { until: u }),
    ...(d === undefined ? {} : { deaf: d }),
    ...(y === undefined ? {} : { replayed: y }),
    ...(n === undefined ? {} : { repeats: n }),
  };
}
