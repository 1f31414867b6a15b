import type { PendingLeave } from "./presence";
import type { ConnectionId, Room, SocketAddress, SocketId } from "./records";

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
  /** The same for broadcasts: `done` in place of a promise for each of many thousand. @default - `send` */
  deliver?(id: ConnectionId, frames: readonly Frame[], done: (outcome: Outcome) => void): void;
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
  /** Ends the life of a connection whose client has come back over another. */
  replaced(id: ConnectionId): Promise<void>;
  /** Comes back to a pending leave after a delay, in seconds; at most 900. */
  later(leave: PendingLeave, delaySeconds: number): Promise<void>;
  /** Wakes the lane of the whole application after a delay, in seconds; at most 900. @default - it has none */
  wake?(at: number, delaySeconds: number): Promise<void>;
  /** Tells the process that holds every socket of rooms that one has joined or left. @default - no process does */
  moved?(socket: SocketAddress, change: RoomMove): Promise<void>;
}

/** Rooms that a socket has joined or left by the doing of another process. */
export interface RoomMove {
  readonly join?: readonly Room[];
  readonly leave?: readonly Room[];
}
