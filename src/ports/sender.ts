/** The client whose event is being handled, as far as what it causes is counted. */
export interface Sender {
  /** How long it is until its next broadcast may be sent, in milliseconds; 0 for at once. */
  waitMs(): number;
  /** @throws RangeError if it has caused so much that no further broadcast may be sent now */
  admit(): void;
  /**
   * Counts recipients of a broadcast before anything is sent to them.
   *
   * @param bytes of the packet
   */
  charge(recipients: number, bytes: number): void;
}
