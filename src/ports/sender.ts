import type { Frame } from "./delivery";

/** The client whose event is being handled, as far as what it causes is counted. */
export interface Sender {
  /** How long it is until its next broadcast may be sent, in milliseconds; 0 for at once. */
  waitMs(): number;
  /** @throws RangeError if it has caused so much that no further broadcast may be sent now */
  admit(): void;
  /**
   * Counts recipients of a broadcast before anything is sent to them. Rejects with a RangeError if the first of them
   * are too many already for what its network has caused.
   *
   * @param bytes of the packet
   * @param isFirst whether nothing of the packet has been sent yet
   */
  charge(recipients: number, bytes: number, isFirst: boolean): Promise<void>;
  /** Counts what an event does in the table. */
  noteWrite(): void;
  /** Counts a packet that is kept in some logs. */
  noteLogged(logs: number, bytes: number): void;
  /** Counts what the client is sent itself. */
  notePosts(frames: readonly Frame[]): void;
}
