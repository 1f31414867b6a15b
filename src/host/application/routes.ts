import type { EventContext } from "../../context/event-context";
import type { RequestEvent } from "../../lanes/events";

/** Sends an answer to the function that waits for it. Never rejects. */
export type SendAnswer = () => Promise<void>;

/** What of a batch a request needs. */
export interface RequestBatch {
  readonly deadline: number;
  /** Runs work and all that it starts, after what has been asked for so far. */
  forRoute(route: string, work: (context: EventContext) => Promise<void>): Promise<void>;
}

/** What hands HTTP requests that come on the lane to one copy of the application: see `functions/http/on-lane.ts`. */
export interface Routes {
  /**
   * Lets the application answer a request. Rejects if the request cannot be read, and then it has to come again.
   *
   * @param answers gets what sends the answer, to be called when all that the batch has changed is stored
   */
  run(
    event: RequestEvent & { readonly redelivered?: boolean },
    batch: RequestBatch,
    answers: SendAnswer[],
  ): Promise<void>;
  /** Says that a request was carried out, and that its container ended before it was answered. */
  lost(event: RequestEvent): Promise<void>;
}
