import type { Hearing } from "./hearing";

declare const brand: unique symbol;
type Brand<Name extends string> = string & { readonly [brand]?: Name };

/** One WebSocket at API Gateway, e.g. `U43EnUabp7dwh7M=`. Opaque: URL-encode it in paths. */
export type ConnectionId = Brand<"ConnectionId">;
/** One client in one namespace: Socket.IO's `socket.id`, 20 random characters. */
export type SocketId = Brand<"SocketId">;
/** A room as Socket.IO knows it at run time: `5` and `"5"` are two rooms. */
export type Room = string | number;

/** What the client at the far end speaks: the `id` of a protocol of `src/protocols`. */
export type ProtocolId = Brand<"ProtocolId">;

/** The HTTP request that became the WebSocket, as far as applications can see it. */
export interface Handshake {
  /** Names in lower case, as in Node's `IncomingMessage.headers`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly address: string;
  readonly url: string;
  /** What a JSON client gives in its URL to go on with a session. Not for applications: it is a secret. */
  readonly recover?: { readonly pid: string; readonly offset: string };
  /** What the application's middlewares have put on the request at `$connect`. */
  readonly put?: PutOnRequest;
}

/** See `src/upgrade/put.ts`. */
export interface PutOnRequest {
  /** Plain values by name. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** JSON cannot say some: the middlewares have to run again. */
  readonly again?: boolean;
}

/** One socket of a connection, as it is stored between invocations. */
export interface SocketRecord {
  readonly id: SocketId;
  /** The payload of the CONNECT packet. */
  readonly auth: Record<string, unknown>;
  /** When it stops hearing anything, epoch seconds; also where its state was not read. */
  readonly until?: number;
  /** When the socket was created, epoch milliseconds. */
  readonly issued: number;
  /** Which dynamic namespace made this one: its place in the order of registration. */
  readonly parent?: number;
  /** The private id under which the session can be recovered; absent where recovery is off. */
  readonly pid?: string;
  /** What it can have heard; absent where recovery is off, and in what an earlier version has stored. */
  readonly hearing?: Hearing;
  /** The session was recovered when the socket connected. */
  readonly recovered?: boolean;
  /** Listeners for one connection that have met it: `event:place`. */
  readonly once?: readonly string[];
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
  readonly hasNoEndListener: boolean;
  /** Listeners that were consumed or removed: by event, their places among its listeners. */
  readonly removed?: Readonly<Record<string, readonly number[]>>;
  /** What the application hung on `socket.handshake`. */
  readonly handshake?: Entries;
  /** What it hung on objects of the connection, by object; the same for each socket of the connection. */
  readonly shared?: Readonly<Record<string, Entries>>;
  /** What the connection handler was answered. */
  readonly keptAcks?: KeptAcks;
}

/** JSON values by name. */
export type Entries = Readonly<Record<string, unknown>>;

/**
 * By event, in the order in which they were asked for: what the callback was called with, as base64 of V8's serialization,
 * or `null` if it never was.
 */
export type KeptAcks = readonly (readonly [event: string, acks: readonly (string | null)[]])[];

/** What is known of the frames that a connection brings. */
export interface ReceiveState {
  /** Frames of a packet whose last attachments have not come yet. */
  readonly pending?: readonly string[];
  /** How many of `pending` are kept already, and for which packet, where the connection is kept apart. */
  readonly kept?: { readonly id: string; readonly frames: number };
  /** Where its client sends fast: until when its rates keep it busy, epoch milliseconds. */
  readonly busyUntil?: number;
  /** The same by what its broadcasts cause. */
  readonly deliveringUntil?: number;
  /** Actions of a JSON client that may be repeated, oldest first. */
  readonly recent?: readonly RecentAction[];
}

/** A frame with what tells it from others of its connection. */
export interface KeptFrame {
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly frame: string;
}

/** An action that was carried out. */
export interface RecentAction {
  /** Stands for its `id` and all of its content. */
  readonly key: string;
  /** When, epoch milliseconds. */
  readonly at: number;
  /** The frames that answered it; none if they are not known. */
  readonly answers: readonly string[];
}

/** A connection with all that one invocation needs to restore it. */
export interface ConnectionRecord extends ReceiveState {
  /** Where what is large of it is kept apart: its place. */
  readonly apart?: string;
  /** There if it is: which packet `pending` is of. */
  readonly packet?: string;
  /** Otherwise: by about how many bytes it may grow before its next writes are cheaper if it is kept apart. */
  readonly spareBytes?: number;
  readonly id: ConnectionId;
  readonly protocol: ProtocolId;
  readonly handshake: Handshake;
  /** Epoch milliseconds. */
  readonly connectedAt: number;
  /** By namespace. */
  readonly sockets: ReadonlyMap<string, SocketRecord>;
}

/** One socket in one room. */
export interface Member {
  readonly socketId: SocketId;
  readonly connectionId: ConnectionId;
  readonly protocol: ProtocolId;
  /** When it stops hearing anything, epoch seconds; absent for never. */
  readonly until?: number;
  /** What the socket missed while it was away is, or was, being sent: see `RecoveryMark`. */
  readonly recoveryMark?: RecoveryMark;
}

/**
 * The mark of a recovered session on its memberships. A broadcast that was logged before the session
 * read the log, and that finds the membership after it, would reach the socket twice.
 */
export interface RecoveryMark {
  /** What stands for its private id. */
  readonly sessionId: string;
  /** Only offsets up to this one are in doubt; absent while the session is still being restored. */
  readonly until?: string;
}

/** Which part of a list. */
export interface PageOptions {
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A part of a list, and where the next one begins if there may be one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** A room with how many members it has. */
export interface CountedRoom {
  readonly room: Room;
  readonly members: number;
}

/** A socket with rooms that it was in. */
export interface EndedSocket {
  readonly namespace: string;
  readonly socketId: SocketId;
  readonly rooms: readonly Room[];
}

/** Where a socket lives. */
export interface SocketAddress {
  readonly namespace: string;
  readonly socketId: SocketId;
  readonly connectionId: ConnectionId;
  readonly protocol: ProtocolId;
  /** When it stops hearing anything, epoch seconds; absent for never. */
  readonly until?: number;
  /** The `apart` of its connection, as far as the caller knows. */
  readonly apart?: string;
}
