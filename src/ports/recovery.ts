import type { ConnectionId, Room, SocketAddress, SocketId } from "./records";

/** What is kept of a socket whose connection broke, under the private id that only its client knows. */
export interface Session {
  readonly id: SocketId;
  readonly rooms: readonly Room[];
  readonly data: Record<string, unknown>;
}

export type StoredSession =
  | {
      readonly state: "connected";
      readonly connectionId: ConnectionId;
      /** Offsets that were sent when it was restored and that other broadcasts may still bring. */
      readonly replayed: ReadonlySet<string>;
    }
  | {
      readonly state: "restoring";
      readonly connectionId: ConnectionId;
      /** Epoch milliseconds. */
      readonly since: number;
      readonly endedAt: number;
    }
  | { readonly state: "ended"; readonly endedAt: number };

/** Sessions that can be recovered; the store makes one with its socket. Reads are strongly consistent. */
export interface Sessions {
  read(namespace: string, pid: string): Promise<StoredSession | undefined>;
  /** Keeps the session of a socket whose connection broke, unless another has taken it over. */
  end(address: SocketAddress, pid: string, session: Session): Promise<void>;
  /**
   * Takes over an ended session, or one that `from` had begun to restore. `undefined` if somebody
   * else was faster.
   */
  claim(
    namespace: string,
    pid: string,
    by: ConnectionId,
    from?: ConnectionId,
  ): Promise<Session | undefined>;
  /** Gives a claimed session back: its client was refused. */
  release(namespace: string, pid: string, by: ConnectionId): Promise<void>;
}

/** A broadcast as its recipients saw it. */
export interface LoggedPacket {
  readonly offset: string;
  /** What Socket.IO's default parser made of it: text, then attachments. */
  readonly parts: readonly (string | Buffer)[];
  readonly except: readonly Room[];
}

/** What a log holds after an offset. */
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
  /** Call before the packet is sent to anyone. */
  append(
    namespace: string,
    rooms: readonly (Room | undefined)[],
    packet: LoggedPacket,
    keepMs: number,
  ): Promise<void>;
  /** Notes that everybody has been sent the packet. */
  finish(
    namespace: string,
    rooms: readonly (Room | undefined)[],
    offset: string,
    keepMs: number,
  ): Promise<void>;
  since(namespace: string, room: Room | undefined, offset: string): Promise<LogPage>;
}
