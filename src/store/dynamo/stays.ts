import { defined } from "../../defined";
import type { Hearing, Room } from "../../ports";
import { tagRoom } from "../../room-tag";
import { attribute, roomSet } from "./items";
import { type Change, IS_WHOLE } from "./update-socket";

/**
 * The ways to enter rooms that are kept in the connection's item, each for what the one before does not fit.
 *
 * @param at the offset after which it hears them; a room that it is in already keeps its own. Absent: not kept
 */
export function entering(namespace: string, rooms: readonly Room[], at?: string): Change[] {
  const plain = { ...ofRooms(namespace, rooms), add: ["#r :r"] };
  if (at === undefined) return [plain];
  const { tags, names } = tagged(namespace, rooms);
  const joined = Object.fromEntries(rooms.map((room) => [tagRoom(room), at]));
  return [
    {
      ...plain,
      set: tags.map((tag) => `${tag} = if_not_exists(${tag}, :at)`),
      names: { ...plain.names, ...names },
      values: { ...plain.values, ":at": at },
      condition: `attribute_exists(#j) AND ${IS_WHOLE}`,
    },
    // Of a socket that an earlier version has stored.
    {
      ...plain,
      set: ["#j = :j"],
      names: { ...plain.names, "#j": attribute.hearing(namespace) },
      values: { ...plain.values, ":j": { a: "", r: joined } },
      condition: `attribute_not_exists(#j) AND ${IS_WHOLE}`,
    },
  ];
}

/** The same for leaving them. @param at the offset at which it has left; absent: not kept */
export function leaving(namespace: string, rooms: readonly Room[], at?: string): Change[] {
  const plain = { ...ofRooms(namespace, rooms), delete: ["#r :r"] };
  if (at === undefined) return [plain];
  const { tags, names } = tagged(namespace, rooms);
  const { set, names: ofLeft, values, condition } = notingLeft(namespace, at);
  return [
    {
      ...plain,
      ...{ set, remove: tags },
      names: { ...plain.names, ...names, ...ofLeft },
      values: { ...plain.values, ...values },
      condition: `${condition} AND ${IS_WHOLE}`,
    },
    plain,
  ];
}

/** Notes when a socket last left a room; the rooms may be elsewhere. */
export function notingLeft(namespace: string, at: string) {
  return {
    set: ["#j.#jl = :at"],
    names: { "#j": attribute.hearing(namespace), "#jl": "l" },
    values: { ":at": at },
    condition: "attribute_exists(#j)",
  } satisfies Change;
}

/** Notes what a renewed token has changed, wherever the rooms are. */
export function renewing(namespace: string, { after, until, deaf }: Hearing): Change {
  const isEnding = until !== undefined;
  return {
    set: ["#j.#ja = :a", ...(isEnding ? ["#j.#ju = :u"] : []), ...(deaf ? ["#j.#jd = :d"] : [])],
    remove: isEnding ? [] : ["#j.#ju"],
    names: {
      ...{ "#j": attribute.hearing(namespace), "#ja": "a", "#ju": "u" },
      ...defined({ "#jd": deaf && "d" }),
    },
    values: {
      ":a": after,
      ...defined({ ":u": until, ":d": deaf && [...deaf] }),
    },
    condition: "attribute_exists(#j)",
  };
}

function ofRooms(namespace: string, rooms: readonly Room[]) {
  const names = { "#r": attribute.rooms(namespace) };
  return { names, values: { ":r": roomSet(rooms) }, condition: IS_WHOLE } satisfies Change;
}

/** Where the times of rooms are kept: see `hearingAttribute`. */
function tagged(namespace: string, rooms: readonly Room[]) {
  const names: Record<string, string> = { "#j": attribute.hearing(namespace), "#jr": "r" };
  for (const [place, room] of rooms.entries()) names[`#k${place}`] = tagRoom(room);
  return { tags: rooms.map((_, place) => `#j.#jr.#k${place}`), names };
}
