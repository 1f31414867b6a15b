/** Which event is being handled alone, for invocations that may die of one: see `lanes/trial.ts`. */
export interface Trials {
  /** The message whose handling was begun and never ended, on a lane. */
  suspect(lane: string): Promise<string | undefined>;
  begin(lane: string, messageId: string): Promise<void>;
  end(lane: string): Promise<void>;
}
