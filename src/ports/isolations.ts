/** What is known of a lane that was delivered before: see `lanes/poison-isolation.ts`. */
export interface Isolation {
  /**
   * The message that was begun last, if its invocation has not ended the isolation; and how often in a row, alone. No
   * times: its lane was begun as a whole.
   */
  readonly suspect?: { readonly messageId: string; readonly times: number };
  /** Messages in quarantine: they were sent to the dead letters, and may come once more. */
  readonly quarantined: ReadonlySet<string>;
}

export interface Isolations {
  /** Without suspect and quarantine for a lane that is not known. */
  read(lane: string): Promise<Isolation>;
  /** Notes that a message is being handled, in place of the one before. */
  begin(lane: string, messageId: string, times: number): Promise<void>;
  /** Puts a message into quarantine, and notes that nothing is suspect. It stays there when the isolation ends. */
  quarantine(lane: string, messageId: string): Promise<void>;
  /** The invocation has lived: nothing is suspect. */
  end(lane: string): Promise<void>;
}
