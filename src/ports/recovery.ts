import type { Hearing } from "./hearing";
import type { ConnectionId, Room, SocketAddress, SocketId } from "./records";

/** What is kept of a socket whose connection broke, under the private id that only its client knows. */
export interface Session {
  readonly id: SocketId;
  readonly rooms: readonly Room[];
  readonly data: Record<string, unknown>;
  /** Absent in sessions that an earlier version has kept. */
  readonly hearing?: Hearing;
}

export type StoredSession =
  | {
      readonly state: "connected";
      readonly connectionId: ConnectionId;
      /** Offsets that were sent when it was restored and that other broadcasts may still bring. */
      readonly inFlightOffsets: ReadonlySet<string>;
    }
  | {
      readonly state: "restoring";
      readonly connectionId: ConnectionId;
      /** Epoch milliseconds. */
      readonly since: number;
      readonly endedAt: number;
    }
  | { readonly state: "ended"; readonly endedAt: number };

/**
 * Sessions that can be recovered, by what stands for their private ids; the store makes one with its socket. Reads are
 * strongly consistent.
 */
export interface Sessions {
  /** `undefined` for a session that is unknown or forgotten. */
  read(namespace: string, sessionId: string): Promise<StoredSession | undefined>;
  /** Keeps the session of a socket whose connection broke, unless another has taken it over. */
  end(address: SocketAddress, pid: string, session: Session): Promise<void>;
  /**
   * Takes over an ended session, or one that `from` had begun to restore; it is being restored then. `undefined` if
   * another caller was faster, if its connection lives, or if there is no such session.
   */
  claim(
    namespace: string,
    sessionId: string,
    by: ConnectionId,
    from?: ConnectionId,
  ): Promise<Session | undefined>;
  /** Gives a claimed session back: its client was refused. Ignored if `by` is not restoring it. */
  release(namespace: string, sessionId: string, by: ConnectionId): Promise<void>;
  /** Ends a claimed session for good: it cannot be recovered any more. Ignored if `by` is not restoring it. */
  forget(namespace: string, sessionId: string, by: ConnectionId): Promise<void>;
}

/** A broadcast as its recipients saw it. */
export interface LoggedPacket {
  readonly offset: string;
  /** What Socket.IO's default parser made of it: text, then attachments. */
  readonly encoded: readonly (string | Buffer)[];
  readonly except: readonly Room[];
}

/** A part of what a log holds after an offset. */
export interface LogPage {
  readonly packets: readonly LoggedPacket[];
  /** When the broadcast of a packet was over, epoch milliseconds, by offset. */
  readonly ends: ReadonlyMap<string, number>;
}

/**
 * The packets of the last while, by the room to which they were sent. `undefined` stands for those to
 * everyone.
 */
export interface PacketLog {
  /**
   * Call before the packet is sent to anyone. Idempotent: one packet for each offset and room. Rejects with a RangeError
   * if the packet is too large to be kept.
   */
  append(
    namespace: string,
    rooms: readonly (Room | undefined)[],
    packet: LoggedPacket,
    keepMs: number,
  ): Promise<void>;
  /** Notes that the packet has been sent to the whole audience. */
  finish(
    namespace: string,
    rooms: readonly (Room | undefined)[],
    offset: string,
    keepMs: number,
  ): Promise<void>;
  /**
   * The packets after an offset, in the order of offsets, page by page, so that its reader may stop. Also when the
   * broadcast at that very offset was over.
   */
  since(namespace: string, room: Room | undefined, offset: string): AsyncIterable<LogPage>;
}
