/**
 * The ports between Socket.IO's side (`host`, `adapter`) and AWS's side (`store`, `delivery`, `lanes`),
 * and the records that cross them. This file imports nothing.
 */

declare const brand: unique symbol;
type Brand<Name extends string> = string & { readonly [brand]?: Name };

/** One WebSocket at API Gateway, e.g. `U43EnUabp7dwh7M=`. Opaque: URL-encode it in paths. */
export type ConnectionId = Brand<"ConnectionId">;
/** One client in one namespace: Socket.IO's `socket.id`, 20 random characters. */
export type SocketId = Brand<"SocketId">;
/** A room as Socket.IO knows it at run time: `5` and `"5"` are two rooms. */
export type Room = string | number;

/** What the client at the far end speaks. */
export type Protocol = "socket.io" | "json";

/** The HTTP request that became the WebSocket, as far as applications can see it. */
export interface Handshake {
  /** Names in lower case, as in Node's `IncomingMessage.headers`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly address: string;
  readonly url: string;
}

/** One socket of a connection, as it is stored between invocations. */
export interface SocketRecord {
  readonly id: SocketId;
  /** The payload of the CONNECT packet. */
  readonly auth: Record<string, unknown>;
  /** When the socket was created, epoch milliseconds. */
  readonly issued: number;
  /** Which dynamic namespace made this one: its place in the order of registration. */
  readonly parent?: number;
  readonly rooms: ReadonlySet<Room>;
  readonly state: SocketState;
}

/** What an application may keep on a socket between events: JSON values only. */
export interface SocketState {
  /** `socket.data`. */
  readonly data: Record<string, unknown>;
  /** Other properties that the application hung on the socket. */
  readonly properties: Record<string, unknown>;
  /** No listener for `disconnecting` or `disconnect`: the end needs no replay. */
  readonly quietEnd: boolean;
  /** Listeners that were consumed or removed: by event, their places among its listeners. */
  readonly removed?: Readonly<Record<string, readonly number[]>>;
}

/** A connection with all that one invocation needs to restore it. */
export interface ConnectionRecord {
  readonly id: ConnectionId;
  readonly protocol: Protocol;
  readonly handshake: Handshake;
  /** Epoch milliseconds. */
  readonly connectedAt: number;
  /** By namespace. */
  readonly sockets: ReadonlyMap<string, SocketRecord>;
  /** Frames of a packet whose last attachments have not come yet. */
  readonly pending?: readonly string[];
}

/** One socket in one room. */
export interface Member {
  readonly socketId: SocketId;
  readonly connectionId: ConnectionId;
  readonly protocol: Protocol;
}

/** Where a socket lives. */
export interface SocketAddress {
  readonly namespace: string;
  readonly socketId: SocketId;
  readonly connectionId: ConnectionId;
  readonly protocol: Protocol;
}

/**
 * Who is connected and who is in which room.
 *
 * Reads are strongly consistent: what a resolved write stored, the next read sees, from any
 * invocation. Writes are idempotent, so a redelivered event may repeat them. Infrastructure errors
 * reject; what can never be stored rejects with a `TypeError` or `RangeError`; "it is not there any
 * more" does not reject.
 */
export interface Store {
  /** Stores a new connection that has no socket yet. */
  open(connection: ConnectionRecord): Promise<void>;
  /** The connection, or `undefined` once its life has ended. */
  load(id: ConnectionId): Promise<ConnectionRecord | undefined>;
  /**
   * Adds a connected socket with its first rooms. `false`, and nothing stored, if the connection has
   * ended or has a socket in this namespace.
   */
  addSocket(address: SocketAddress, socket: SocketRecord): Promise<boolean>;
  /** Completes what a crash in the middle of `addSocket` has left undone. */
  addMemberships(address: SocketAddress, rooms: readonly Room[]): Promise<void>;
  /** Adds the socket to rooms. `false`, and nothing stored, if the socket has ended. */
  join(address: SocketAddress, rooms: readonly Room[]): Promise<boolean>;
  leave(address: SocketAddress, rooms: readonly Room[]): Promise<void>;
  /** Replaces what the application keeps on the socket. Ignored if the socket has ended. */
  saveState(address: SocketAddress, state: SocketState): Promise<void>;
  /** Keeps the frames of an unfinished packet; none forgets them. */
  savePending(id: ConnectionId, frames: readonly string[]): Promise<void>;
  /** Ends one socket: its entry and all of its memberships. */
  removeSocket(address: SocketAddress, rooms: readonly Room[]): Promise<void>;
  /** Removes the memberships of a socket whose connection is about to be closed. */
  removeMemberships(address: SocketAddress, rooms: readonly Room[]): Promise<void>;
  /** Ends a connection with every membership that it still has. `false` if it had ended before. */
  close(id: ConnectionId): Promise<boolean>;
  /** Removes a membership whose connection has no item any more: what a crash can leave behind. */
  forget(member: GoneMember): Promise<void>;
  /** Those of the connections that have not ended. */
  loadMany(ids: readonly ConnectionId[]): Promise<ReadonlyMap<ConnectionId, ConnectionRecord>>;
  /** Members of a room, page by page; no socket twice. */
  members(namespace: string, room: Room): AsyncIterable<readonly Member[]>;
  /** Every socket of a namespace, page by page; no socket twice. */
  everyone(namespace: string): AsyncIterable<readonly Member[]>;
}

/** A client's ack of an event. */
export interface Answer {
  readonly connectionId: ConnectionId;
  readonly args: readonly unknown[];
}

/** What became of a frame. A gone peer is an outcome, not an error. */
export type Outcome = "delivered" | "gone" | "throttled" | "failed";

/** Largest message that API Gateway delivers, in bytes (quota "Message payload size": 128 KB). */
export const MAX_MESSAGE_BYTES = 131_072;

/** A text frame, encoded once for all of its recipients. */
export interface Frame {
  readonly bytes: Uint8Array;
  /** Lower-case hexadecimal SHA-256 of `bytes`, which the signature of each post covers. */
  readonly sha256: string;
}

/** Sends frames to clients. Never rejects for what happened to one recipient. */
export interface Delivery {
  /**
   * Sends frames to one connection, one after the other; stops at the first that is not delivered.
   * With `awaitUpgrade`, 410 is retried for a while: right after `$connect` it means "not yet".
   */
  send(
    id: ConnectionId,
    frames: readonly Frame[],
    options?: { readonly awaitUpgrade?: boolean },
  ): Promise<Outcome>;
  /** Whether the connection can be posted to; with `awaitUpgrade`, waits a while until it can. */
  reachable(id: ConnectionId, options?: { readonly awaitUpgrade?: boolean }): Promise<boolean>;
  /** Closes the WebSocket (code 1000). A connection that is gone already is fine. */
  close(id: ConnectionId): Promise<void>;
}

/** Where a membership was found whose connection turned out to be gone. */
export interface GoneMember {
  readonly connectionId: ConnectionId;
  readonly namespace: string;
  readonly socketId: SocketId;
  /** Absent: found among all the sockets of the namespace. */
  readonly room?: Room;
}

/** Asks other lanes for work. Each call is at least once. */
export interface Lanes {
  /** Ends the lives of connections that answered 410. */
  gone(members: readonly GoneMember[]): Promise<void>;
  /** Disconnects sockets of other connections, each behind what its lane already holds. */
  disconnect(sockets: readonly SocketAddress[], close: boolean): Promise<void>;
}

/** Answers on their way from the lane that received them to the invocation that waits for them. */
export interface Answers {
  put(namespace: string, ackId: number, answer: Answer): Promise<void>;
  /** All answers to an event so far. */
  read(namespace: string, ackId: number): Promise<readonly Answer[]>;
  remove(namespace: string, ackId: number, from: readonly ConnectionId[]): Promise<void>;
}

/** Answers that the running invocation waits for. */
export interface Acks {
  /**
   * Waits for the answers of some connections to one event and hands them over as they come, each
   * connection's once. The invocation does not end before the last has come or the deadline is over.
   */
  collect(question: Question): void;
}

export interface Question {
  readonly namespace: string;
  readonly ackId: number;
  readonly from: ReadonlySet<ConnectionId>;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly onAnswer: (from: ConnectionId, args: readonly unknown[]) => void;
  /** Called at the deadline if an answer is still missing. */
  readonly onGiveUp?: () => void;
}

/**
 * The effects of the running invocation. They happen in the order in which they were asked for, one
 * after the other, and the invocation ends when all have. In a replay they do not happen at all.
 */
export interface Effects {
  /** Whether a replay is running: its effects have happened before. */
  isMuted(): boolean;
  /**
   * Queues an effect. The promise settles with it; it may be left alone, since a failure also fails
   * the event, which its lane then delivers again. A `TypeError` or `RangeError` is a mistake of the
   * application: it is logged and nothing is delivered again. Do not call while muted.
   */
  run<T>(label: string, effect: () => Promise<T>): Promise<T>;
}
