import { createHash } from "node:crypto";
import { defined } from "../../defined";
import { MAX_CONNECTION_MS } from "../../platform-limits";
import type { ConnectionId, Room, SocketId, SocketRecord, SocketState } from "../../ports";
import { tagRoom } from "../../room-tag";
import { decodeRoom, encodeRoom } from "../room-key";
import { Keys } from "./attributes";
import { staysOf, withStays } from "./hearing";
import { expiryIn, type Item } from "./item";
import { attribute, socketJson, stateAttribute } from "./items";
import { type Key, partKey } from "./keys";

/**
 * The parts of a large connection. A write costs 1 WRU for each KB of its item, whatever it changes, so what is
 * large and what changes often are kept apart: the connection's own item stays small, and what it would hold is in
 * items of a partition of their own, of which the connection's item has the name, `z`.
 *
 * By sort key: `!h` handshake, `!i` last actions; and of each socket, behind its
 * id, `j` auth and the like, `d` state (`x` what sockets share), `r` and a hash for each room (`n` its name, `j` the offset
 * at which it was joined, where that is kept: it comes and goes with the room). What
 * an attribute of the connection's item would hold is in `v`. `e` expiry. The frames of an unfinished packet have a
 * partition of their own, with the place of the first of them as sort key; the connection's item then has `b`: `n`
 * which partition, `c` how many frames. When a connection ends, TTL removes its parts: deleting costs as much as writing.
 */

/** A packet that takes longer expires. */
const PENDING_MS = 60 * 60 * 1000;
const KEEP_MS = MAX_CONNECTION_MS + 24 * 60 * 60 * 1000;

/** Where the parts of a connection are. */
export interface Place {
  readonly connectionId: ConnectionId;
  /** The `z` of its item. */
  readonly apart: string;
}

/** Attributes of a connection's item that are parts, if they are there. */
const OF_CONNECTION = ["h", "i"] as const;
type OfConnection = (typeof OF_CONNECTION)[number];

export function connectionPart(place: Place, name: OfConnection, value: unknown): Item {
  return part(place, `!${name}`, { v: value });
}

/** What the connection's item says of an unfinished packet. */
export interface PendingPacket {
  /** Which one: a random text, and the name of its partition. */
  readonly n: string;
  /** How many of its frames are kept. */
  readonly c: number;
}

/**
 * Some frames of an unfinished packet: what is kept already is not written again. Each packet has a partition, which
 * TTL empties.
 */
export function pendingPart(
  connectionId: ConnectionId,
  { id, from, frames }: { readonly id: string; readonly from: number; readonly frames: unknown },
): Item {
  const key = partKey(connectionId, id, String(from).padStart(4, "0"));
  return { ...key, v: frames, [Keys.expiry]: expiryIn(PENDING_MS) };
}

/** Of the packet that a connection was receiving when its parts became items of their own. */
export function firstPacket({ apart }: Place): string {
  return `${apart}b`;
}

export function stateKey({ connectionId, apart }: Place, id: SocketId): Key {
  return partKey(connectionId, apart, `${id}d`);
}

export function roomPartKey({ connectionId, apart }: Place, id: SocketId, room: Room): Key {
  // A room's name and a socket's id together may be longer than a sort key.
  const hash = createHash("sha256").update(encodeRoom(room)).digest().subarray(0, 16);
  return partKey(connectionId, apart, `${id}r${hash.toString("base64url")}`);
}

/** Puts a room's part. @param at as in `Store.join`: a room that was joined before keeps its own */
export function roomUpdate(room: Room, at?: string): Item {
  return {
    UpdateExpression: `SET n = :n, e = :e${at === undefined ? "" : ", j = if_not_exists(j, :at)"}`,
    ExpressionAttributeValues: {
      ":n": encodeRoom(room),
      ":e": expiryIn(KEEP_MS),
      ...defined({ ":at": at }),
    },
  };
}

export function socketParts(place: Place, socket: SocketRecord): Item[] {
  return partsOfSocket(place, socket.id, {
    json: socketJson(socket),
    state: stateAttribute(socket.state),
    shared: sharedAttribute(socket.state),
    rooms: [...socket.rooms].map(encodeRoom),
    stays: socket.hearing?.joined ?? new Map(),
  });
}

export function sharedAttribute({ shared }: SocketState): string | undefined {
  return shared && JSON.stringify(shared);
}

/** What a connection's item holds, as parts. */
export function partsOf(place: Place, item: Item): Item[] {
  const own = OF_CONNECTION.filter((name) => item[name] !== undefined);
  const sockets = namespacesOf(item).flatMap((namespace) => {
    const { i, j } = item[attribute.socket(namespace)] as { i: SocketId; j: string };
    return partsOfSocket(place, i, {
      json: j,
      state: item[attribute.state(namespace)],
      shared: item.x,
      rooms: [...((item[attribute.rooms(namespace)] ?? []) as Set<string>)],
      stays: new Map(staysOf(item[attribute.hearing(namespace)])),
    });
  });
  const pending = item.b
    ? [pendingPart(place.connectionId, { id: firstPacket(place), from: 0, frames: item.b })]
    : [];
  return [...own.map((name) => connectionPart(place, name, item[name])), ...pending, ...sockets];
}

/** The unfinished packet of a connection with parts. */
export function packetOf({ b }: Item): PendingPacket | undefined {
  return b as PendingPacket | undefined;
}

/** A connection's item as it would be with its parts in it, and with the frames of an unfinished packet. */
export function gather(item: Item, parts: readonly Item[], frames: readonly Item[]): Item {
  const found = new Map(parts.map((one) => [one[Keys.sort] as string, one]));
  const sockets = roomsBySocket(parts);
  const whole = { ...item };
  for (const name of OF_CONNECTION) {
    const one = found.get(`!${name}`);
    if (one) whole[name] = one.v;
  }
  const packet = packetOf(item);
  if (packet) {
    whole.b = frames.flatMap(({ v }) => v as string[]).slice(0, packet.c);
    whole.packet = packet.n;
  }
  for (const namespace of namespacesOf(item)) {
    const name = attribute.socket(namespace);
    const socket = item[name] as { i: SocketId };
    const [auth, state] = [found.get(`${socket.i}j`), found.get(`${socket.i}d`)];
    if (auth && state) {
      whole[name] = { ...socket, j: auth.v };
      whole[attribute.state(namespace)] = state.v;
      if (state.x !== undefined) whole.x = state.x;
      const { rooms, stays } = sockets.get(socket.i) ?? NO_ROOMS;
      if (rooms.size > 0) whole[attribute.rooms(namespace)] = rooms;
      const hearing = attribute.hearing(namespace);
      whole[hearing] = withStays(item[hearing], stays);
    } else {
      // It has ended between the two reads.
      delete whole[name];
    }
  }
  return whole;
}

interface StoredRooms {
  /** Their names, as they are stored. */
  readonly rooms: ReadonlySet<string>;
  /** When they were joined, by their tags. */
  readonly stays: ReadonlyMap<string, string>;
}

const NO_ROOMS: StoredRooms = { rooms: new Set(), stays: new Map() };

export function roomsBySocket(parts: readonly Item[]): ReadonlyMap<SocketId, StoredRooms> {
  const sockets = new Map<SocketId, { rooms: Set<string>; stays: Map<string, string> }>();
  for (const { [Keys.sort]: key, n, j } of parts as (Item & { n?: string; j?: string })[]) {
    if (n === undefined) continue;
    const id = (key as string).slice(0, -HASH_LENGTH);
    const { rooms, stays } = sockets.get(id) ?? { rooms: new Set(), stays: new Map() };
    rooms.add(n);
    if (j !== undefined) stays.set(tagRoom(decodeRoom(n)), j);
    sockets.set(id, { rooms, stays });
  }
  return sockets;
}

/** Of `r` and the hash. */
const HASH_LENGTH = 23;

export function namespacesOf(item: Item): string[] {
  const prefix = attribute.socket("");
  return Object.keys(item).flatMap((name) =>
    name.startsWith(prefix) ? [name.slice(prefix.length)] : [],
  );
}

interface SocketValues {
  readonly json: unknown;
  readonly state: unknown;
  readonly shared: unknown;
  /** As they are stored. */
  readonly rooms: readonly string[];
  /** When they were joined, by their tags. */
  readonly stays: ReadonlyMap<string, string>;
}

function partsOfSocket(place: Place, id: SocketId, values: SocketValues): Item[] {
  const { json, state, shared, rooms, stays } = values;
  const ofRooms = rooms.map((n) => {
    const room = decodeRoom(n);
    const at = stays.get(tagRoom(room));
    return part(place, roomPartKey(place, id, room).s, {
      n,
      ...defined({ j: at }),
    });
  });
  return [
    part(place, `${id}j`, { v: json }),
    part(place, `${id}d`, { v: state, ...(shared === undefined ? {} : { x: shared }) }),
    ...ofRooms,
  ];
}

function part({ connectionId, apart }: Place, name: string, values: Item): Item {
  return { ...partKey(connectionId, apart, name), ...values, [Keys.expiry]: expiryIn(KEEP_MS) };
}
