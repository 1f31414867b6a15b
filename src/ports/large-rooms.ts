import type { Outcome } from "./delivery";
import type { Member, Page, Room, SocketId } from "./records";

/** A packet that several invocations send: what each needs of it. */
export interface SharedPacket {
  readonly namespace: string;
  /** Absent: all sockets of the namespace. */
  readonly room?: Room;
  /** What Socket.IO's default parser made of it: text, then attachments. */
  readonly encoded: readonly (string | Buffer)[];
  /** Its place in the log; absent where it is not logged. */
  readonly offset?: string;
  /** Who is in the room and not meant. */
  readonly hidden: readonly SocketId[];
}

/** Some members of a room or of a namespace, by their socket ids: above `after`, up to `to`. */
export interface Range {
  /** Where the store has them. No other code reads it. */
  readonly partition: string;
  readonly after: string;
  readonly to: string;
}

/** How far a slice of a broadcast is, and what became of its recipients so far. */
export interface Progress {
  /** The last socket id that was sent to, or given up. */
  readonly after: string;
  readonly counts: Readonly<Record<Outcome, number>>;
  readonly isDone: boolean;
}

/** What the invocations that send one broadcast share. */
export interface FanOutJobs {
  /**
   * Cuts the members of a room, or of all the namespace, into ranges: together they hold each member once. About the
   * same number of members gives the same ranges.
   *
   * @param members about how many there are
   * @param most about how many one range may have
   */
  cut(
    audience: Pick<SharedPacket, "namespace" | "room">,
    members: number,
    most: number,
  ): readonly Range[];
  /** Keeps the packet for a day. @param id of the broadcast. Rejects with a RangeError if it is too large. */
  keep(id: string, packet: SharedPacket): Promise<void>;
  /** `undefined` when it was kept too long ago. */
  packet(id: string): Promise<SharedPacket | undefined>;
  /**
   * Members of a range in the order of their ids, at most so many: `next` is the `after` of the range that is left,
   * absent when there is no member left.
   */
  members(range: Range, limit: number): Promise<Page<Member>>;
  /** Keeps how far a slice is, in place of what was noted before. */
  note(id: string, part: number, progress: Progress): Promise<void>;
  /** What was noted last of a slice; `undefined` before it has begun. */
  progress(id: string, part: number): Promise<Progress | undefined>;
  /** Of all slices that have begun. */
  progresses(id: string): Promise<readonly Progress[]>;
}

/** Sends a broadcast that is too large for one invocation. */
export interface Workers {
  /** From about how many members on. */
  readonly threshold: number;
  /**
   * Resolves when all slices have been sent, or after a while with what is known by then: they go on,
   * and later broadcasts to the same members wait for them.
   *
   * @param members about how many there are
   * @param deadline of the invocation, epoch milliseconds: before it, the waiting ends
   */
  send(packet: SharedPacket, members: number, deadline: number): Promise<Record<Outcome, number>>;
}
