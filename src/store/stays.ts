import type { Hearing, Room } from "../ports";
import { tagRoom } from "../room-key";
import { attribute, type Item, roomSet } from "./items";

/** A change of the rooms of a socket in its connection's item, and when it is allowed besides. */
export interface Change {
  readonly expression: string;
  readonly names: Record<string, string>;
  readonly values: Item;
  readonly condition?: string;
}

/** An expression holds 4 KB: so many rooms fit. */
const MAX_ROOMS = 50;

export function inParts(rooms: readonly Room[]): Room[][] {
  const distinct = [...new Set(rooms)];
  const parts: Room[][] = [];
  for (let start = 0; start < distinct.length; start += MAX_ROOMS) {
    parts.push(distinct.slice(start, start + MAX_ROOMS));
  }
  return parts;
}

/**
 * The ways to enter rooms, each for what the one before does not fit.
 *
 * @param at the offset after which it hears them; a room that it is in already keeps its own. Absent: not kept
 */
export function entering(namespace: string, rooms: readonly Room[], at?: string): Change[] {
  const plain = change(namespace, rooms, "ADD #r :r");
  if (at === undefined) return [plain];
  const { tags, names } = tagged(namespace, rooms);
  const times = tags.map((tag) => `${tag} = if_not_exists(${tag}, :at)`);
  const joined = Object.fromEntries(rooms.map((room) => [tagRoom(room), at]));
  return [
    {
      expression: `${plain.expression} SET ${times.join(", ")}`,
      names: { ...plain.names, ...names },
      values: { ...plain.values, ":at": at },
      condition: "attribute_exists(#j)",
    },
    // Of a socket that an earlier version has stored.
    {
      expression: `${plain.expression} SET #j = :j`,
      names: { ...plain.names, "#j": attribute.hearing(namespace) },
      values: { ...plain.values, ":j": { a: "", r: joined } },
      condition: "attribute_not_exists(#j)",
    },
  ];
}

/** The same for leaving them. @param at the offset at which it has left; absent: not kept */
export function leaving(namespace: string, rooms: readonly Room[], at?: string): Change[] {
  const plain = change(namespace, rooms, "DELETE #r :r");
  if (at === undefined) return [plain];
  const { tags, names } = tagged(namespace, rooms);
  return [
    {
      expression: `${plain.expression} SET #j.#jl = :at REMOVE ${tags.join(", ")}`,
      names: { ...plain.names, ...names, "#jl": "l" },
      values: { ...plain.values, ":at": at },
      condition: "attribute_exists(#j)",
    },
    plain,
  ];
}

/** Notes what a renewed token has changed. */
export function renewing(namespace: string, { after, until, deaf }: Hearing): Change {
  const unlimited = until === undefined ? " REMOVE #j.#ju" : "";
  return {
    expression: `SET #j.#ja = :a${until === undefined ? "" : ", #j.#ju = :u"}${deaf ? ", #j.#jd = :d" : ""}${unlimited}`,
    names: {
      ...{ "#j": attribute.hearing(namespace), "#ja": "a", "#ju": "u" },
      ...(deaf ? { "#jd": "d" } : {}),
    },
    values: {
      ":a": after,
      ...(until === undefined ? {} : { ":u": until }),
      ...(deaf ? { ":d": [...deaf] } : {}),
    },
    condition: "attribute_exists(#j)",
  };
}

function change(namespace: string, rooms: readonly Room[], expression: string): Change {
  const names = { "#r": attribute.rooms(namespace) };
  return { expression, names, values: { ":r": roomSet(rooms) } };
}

/** Where the times of rooms are kept: see `hearingAttribute`. */
function tagged(namespace: string, rooms: readonly Room[]) {
  const names: Record<string, string> = { "#j": attribute.hearing(namespace), "#jr": "r" };
  for (const [place, room] of rooms.entries()) names[`#k${place}`] = tagRoom(room);
  return { tags: rooms.map((_, place) => `#j.#jr.#k${place}`), names };
}
