import type { Clock } from "../clock";

/** The clock of a queue, and how long things last by it. */
export interface QueueTimings {
  readonly clock: Clock;
  readonly deduplicationMs: number;
  readonly maximumVisibilityMs: number;
}
