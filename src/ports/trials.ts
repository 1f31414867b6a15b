/** What is known of a lane that was delivered before: see `lanes/trial.ts`. */
export interface Trial {
  /**
   * The message that was begun last, if its invocation has not ended the trial; and how often in a row, alone. No
   * times: its lane was begun as a whole.
   */
  readonly suspect?: { readonly messageId: string; readonly times: number };
  /** Messages that were set aside, and may come once more. */
  readonly setAside: ReadonlySet<string>;
}

export interface Trials {
  /** Without suspect and with nothing set aside for a lane that is not known. */
  read(lane: string): Promise<Trial>;
  /** Notes that a message is being handled, in place of the one before. */
  begin(lane: string, messageId: string, times: number): Promise<void>;
  /** Notes that a message was set aside, and that nothing is suspect. It stays noted when the trial ends. */
  convict(lane: string, messageId: string): Promise<void>;
  /** The invocation has lived: nothing is suspect. */
  end(lane: string): Promise<void>;
}
