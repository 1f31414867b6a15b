import type { Hearing, Room } from "../../ports";
import { tagRoom } from "../../room-tag";

/** What changes of what a session can have heard when its socket joins, leaves or renews its token. */

/** @param at absent: nothing is kept of it. A room that it is in already keeps its own. */
export function withJoined(
  hearing: Hearing | undefined,
  rooms: readonly Room[],
  at: string | undefined,
): Hearing | undefined {
  if (at === undefined) return hearing;
  const added = rooms.map((room): [string, string] => [tagRoom(room), at]);
  const joined = new Map([...added, ...(hearing?.joined ?? [])]);
  return { after: "", ...hearing, joined };
}

export function withLeft(
  hearing: Hearing | undefined,
  rooms: readonly Room[],
  at: string | undefined,
): Hearing | undefined {
  if (at === undefined || !hearing) return hearing;
  const gone = new Set(rooms.map(tagRoom));
  const joined = new Map([...hearing.joined].filter(([tag]) => !gone.has(tag)));
  return { ...hearing, joined, left: at };
}

export function renewed(
  hearing: Hearing | undefined,
  { after, until, deaf }: Hearing,
): Hearing | undefined {
  if (!hearing) return undefined;
  const { until: _, ...rest } = hearing;
  return { ...rest, after, ...(until === undefined ? {} : { until }), ...(deaf ? { deaf } : {}) };
}
