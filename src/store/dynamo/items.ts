import { defined } from "../../defined";
import { expiryOf } from "../../expiry";
import { MAX_CONNECTION_MS, MAX_INVOCATION_MS } from "../../platform-limits";
import type {
  ConnectionId,
  ConnectionRecord,
  Entries,
  Handshake,
  KeptAcks,
  RecoveryMark,
  Room,
  SocketAddress,
  SocketId,
  SocketRecord,
  SocketState,
} from "../../ports";
import { decodeRoom, encodeRoom } from "../room-key";
import { Keys } from "./attributes";
import { readHearing, staysOf } from "./hearing";
import { expiryIn, type Item } from "./item";
import { connectionKey, type Key } from "./keys";
import { protocolAttribute, protocolOf } from "./protocol-attribute";
import { readRecent } from "./receive-state";

/**
 * Items to records and back. Attribute names are short because DynamoDB counts them in every item:
 *
 * connection: `t` protocol (`j` JSON, `s` single-frame parser, absent for Socket.IO), `h` handshake (JSON), `o` opened (epoch ms),
 * `e` expiry (epoch seconds), `b` frames of an unfinished binary packet, `i` its last actions `[key, when, …answers]` (JSON), `x` what the application hung on its objects (JSON), `q` until when its client's rate keeps it busy (epoch ms), `v` the same by what its broadcasts cause; and per namespace `s:<namespace>` the socket `{ i: id, u: until, j: JSON }`,
 * `d:<namespace>` its state (JSON), `r:<namespace>` its rooms (string set), `j:<namespace>` what its session can have heard (`hearing.ts`); `m` how often it
 * was written; `z` where its parts are, if it is large (see `apart.ts`). The sets are attributes
 * of their own because ADD and DELETE work on top-level attributes only.
 *
 * answer: `a` arguments (V8's serialization, since they may hold bytes), `e` expiry.
 *
 * membership: `c` connection id, `t` protocol, `u` when it stops hearing (epoch seconds). About 60 bytes, keys included. Of a recovered session
 * also `w` what stands for its private id and, once it is restored, `y` the last offset that it was sent; until then `e` expiry (epoch seconds).
 */

/** The item outlives its connection by this much, so that the heartbeat ends it before the TTL does. */
const EXPIRY_MARGIN_SECONDS = 24 * 60 * 60;

export const attribute = {
  socket: (namespace: string) => `s:${namespace}`,
  state: (namespace: string) => `d:${namespace}`,
  rooms: (namespace: string) => `r:${namespace}`,
  hearing: (namespace: string) => `j:${namespace}`,
} as const;

export function connectionItem(record: ConnectionRecord): Item {
  return {
    ...connectionKey(record.id),
    ...protocolAttribute(record.protocol),
    h: JSON.stringify(record.handshake),
    o: record.connectedAt,
    [Keys.expiry]:
      Math.ceil((record.connectedAt + MAX_CONNECTION_MS) / 1000) + EXPIRY_MARGIN_SECONDS,
  };
}

/** A connection whose item has more is kept in parts: what a write costs depends on the size of its item. */
export const MAX_INLINE_BYTES = 4096;

export function readConnection(item: Item): ConnectionRecord {
  const sockets = new Map<string, SocketRecord>();
  for (const name of Object.keys(item)) {
    if (!name.startsWith("s:")) continue;
    const namespace = name.slice(2);
    sockets.set(namespace, readSocket(item, namespace));
  }
  return {
    id: item[Keys.sort] as ConnectionId,
    protocol: protocolOf(item.t),
    handshake: item.h ? (JSON.parse(item.h as string) as Handshake) : UNREAD,
    connectedAt: item.o as number,
    sockets,
    ...(item.z ? { apart: item.z as string } : { spareBytes: MAX_INLINE_BYTES - bytesOf(item) }),
    ...defined({
      pending: Array.isArray(item.b) ? (item.b as string[]) : undefined,
      packet: item.packet as string | undefined,
      busyUntil: item.q as number | undefined,
      deliveringUntil: item.v as number | undefined,
      recent: item.i === undefined ? undefined : readRecent(item.i),
    }),
  };
}

/** Of an item whose parts were not read: see `apart.ts`. */
const UNREAD: Handshake = { headers: {}, query: {}, address: "", url: "/" };

/** What of an item can be kept apart. Its last actions are not counted: they come and go. */
function bytesOf(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => {
    const texts = name === "i" ? [] : textsOf(name, value);
    return texts.length > 0 ? sum + name.length + textBytes(texts) : sum;
  }, 0);
}

function textsOf(name: string, value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (name.startsWith(attribute.socket(""))) return [(value as StoredSocket).j ?? ""];
  if (name.startsWith(attribute.hearing(""))) return staysOf(value).flat();
  return value instanceof Set || Array.isArray(value) ? [...(value as Iterable<string>)] : [];
}

function textBytes(texts: Iterable<string>): number {
  let bytes = 0;
  for (const text of texts) bytes += Buffer.byteLength(text);
  return bytes;
}

interface StoredSocket {
  readonly i: SocketId;
  /** When it stops hearing, epoch seconds: the heartbeat reads no state. */
  readonly u?: number;
  /** JSON of auth `a`, issued `n`, parent `p`, private id `v`, recovered `w`, listeners for one connection `o`. */
  readonly j?: string;
}

export function socketJson(socket: SocketRecord): string {
  return JSON.stringify({
    a: socket.auth,
    n: socket.issued,
    p: socket.parent,
    v: socket.pid,
    w: socket.recovered,
    o: socket.once,
  });
}

/** What stays in the connection's item, also where the rest is apart. */
export function socketAttribute({ id, state }: SocketRecord): Omit<StoredSocket, "j"> {
  const u = expiryOf(state.data);
  return u === undefined ? { i: id } : { i: id, u };
}

function readSocket(item: Item, namespace: string): SocketRecord {
  const stored = item[attribute.socket(namespace)] as StoredSocket;
  const { a, n, p, v, w, o } = JSON.parse(stored.j ?? '{"a":{},"n":0}') as {
    a: Record<string, unknown>;
    n: number;
    p?: number;
    v?: string;
    w?: boolean;
    o?: string[];
  };
  const hearing = readHearing(item[attribute.hearing(namespace)]);
  return {
    id: stored.i,
    ...defined({ until: stored.u }),
    auth: v === undefined ? a : withoutSession(a),
    issued: n,
    ...defined({ parent: p, pid: v, hearing, recovered: w, once: o }),
    rooms: ownFirst(stored.i, readRooms(item[attribute.rooms(namespace)])),
    state: {
      ...readState(item[attribute.state(namespace)] as string | undefined),
      ...defined({ shared: item.x === undefined ? undefined : JSON.parse(item.x as string) }),
    },
  };
}

/** An earlier version kept the private id with what its client showed. */
function withoutSession({ pid: _, offset: __, ...auth }: Record<string, unknown>) {
  return auth;
}

/** As in Socket.IO, whose sockets join their own room first; the table knows no order. */
function ownFirst(id: SocketId, rooms: readonly Room[]): Set<Room> {
  return new Set(rooms.includes(id) ? [id, ...rooms] : rooms);
}

/** JSON of data `d`, properties `x`, quiet end `q`, removed listeners `r`, additions to the handshake `h`, answers `k`. */
export function stateAttribute(state: SocketState): string {
  const { data, properties, hasNoEndListener, removed, handshake, keptAcks } = state;
  const json = {
    d: data,
    x: properties,
    q: hasNoEndListener,
    r: removed,
    h: handshake,
    k: keptAcks,
  };
  return JSON.stringify(json);
}

function readState(text: string | undefined): SocketState {
  if (text === undefined) return { data: {}, properties: {}, hasNoEndListener: false };
  const { d, x, q, r, h, k } = JSON.parse(text) as {
    d: Record<string, unknown>;
    x: Record<string, unknown>;
    q: boolean;
    r?: Record<string, number[]>;
    h?: Entries;
    k?: KeptAcks;
  };
  return {
    ...{ data: d, properties: x, hasNoEndListener: q },
    ...defined({ removed: r, handshake: h, keptAcks: k }),
  };
}

/** The SDK reads a string set as a `Set`; an empty set is an absent attribute. */
export function readRooms(stored: unknown): Room[] {
  return stored instanceof Set ? [...(stored as Set<string>)].map(decodeRoom) : [];
}

export function roomSet(rooms: readonly Room[]): Set<string> {
  return new Set(rooms.map(encodeRoom));
}

export function membershipItem(
  key: Key,
  address: SocketAddress,
  recoveryMark?: RecoveryMark,
): Item {
  const mark = recoveryMark && {
    w: recoveryMark.sessionId,
    ...defined({ y: recoveryMark.until }),
  };
  const { connectionId: c, until: u } = address;
  return {
    ...key,
    c,
    ...protocolAttribute(address.protocol),
    ...defined({ u }),
    ...mark,
  };
}

/** Of a session that is being restored. If an event that fails for ever has begun that, it ends by itself. */
export function expectedItem(key: Key, address: SocketAddress, sessionId: string): Item {
  const item = membershipItem(key, address, { sessionId });
  return { ...item, [Keys.expiry]: expiryIn(MAX_INVOCATION_MS) };
}
