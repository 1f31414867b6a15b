import { randomUUID } from "node:crypto";
import type { Clock } from "../clock";
import type { Json } from "../json";
import type { Queues } from "../sqs/queues";
import { type Condition, deadLetter, type Outcome, record } from "./event-record";
import { isThrottled, type LambdaFunction } from "./function";

/** What the queue of events needs of the stack. */
export interface AsynchronousOptions {
  readonly clock: Clock;
  /** What Lambda takes for a minute. */
  readonly minuteMs: number;
  readonly queues: Queues;
  readonly warn: (text: string) => void;
}

/** An event in Lambda's queue. */
interface Queued {
  readonly target: LambdaFunction;
  readonly event: Json;
  /** The same for each attempt. */
  readonly requestId: string;
  readonly since: number;
  /** How often the function has run. */
  runs: number;
  throttles: number;
}

/** The longest wait of an event whose function is throttled, in minutes. */
const LONGEST_WAIT = 5;

/**
 * Lambda's queue of events for which no caller waits. What fails runs again after one minute and then two; what is
 * throttled is tried again after a second, then ever later, up to the event's maximum age.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class AsynchronousInvocations {
  readonly #options: AsynchronousOptions;
  readonly #stops = new Set<() => void>();
  #discarded = 0;
  #isClosed = false;

  constructor(options: AsynchronousOptions) {
    this.#options = options;
  }

  /** Events that wait for another attempt, and events that Lambda has given up. */
  get statistics() {
    return { waiting: this.#stops.size, discarded: this.#discarded };
  }

  /** Takes an event for a function. Resolves when it has been tried once. */
  invoke(target: LambdaFunction, event: Json): Promise<void> {
    const since = this.#options.clock.now();
    return this.#attempt({ target, event, requestId: randomUUID(), since, runs: 0, throttles: 0 });
  }

  /** Tries nothing any more. */
  close(): void {
    this.#isClosed = true;
    for (const stop of this.#stops) stop();
    this.#stops.clear();
  }

  async #attempt(queued: Queued): Promise<void> {
    const { target, event, requestId } = queued;
    // No attempt could succeed, so Lambda makes none.
    if (target.model.concurrency === 0) return this.#discard(queued, "ZeroReservedConcurrency");
    const result = await target.invoke(event, { requestId, isAsynchronous: true });
    if (this.#isClosed) return;
    if (isThrottled(result)) return this.#retry(queued, this.#pauseMs(queued.throttles++), result);
    queued.runs += 1;
    const { maximumRetries, onSuccess } = target.model.asynchronous;
    if (result.ok) return this.#send(onSuccess, record(queued, "Success", result));
    if (queued.runs > maximumRetries) return this.#discard(queued, "RetriesExhausted", result);
    this.#retry(queued, queued.runs * this.#options.minuteMs, result);
  }

  #pauseMs(throttles: number): number {
    const { minuteMs } = this.#options;
    return Math.min((2 ** throttles * minuteMs) / 60, LONGEST_WAIT * minuteMs);
  }

  /** An event that would be too old by then is given up at once. */
  #retry(queued: Queued, delayMs: number, outcome: Outcome): void {
    const { clock } = this.#options;
    const age = clock.now() - queued.since;
    if (age + delayMs > queued.target.model.asynchronous.maximumAgeMs) {
      return this.#discard(queued, "EventAgeExceeded", outcome);
    }
    const stop = clock.after(delayMs, () => {
      this.#stops.delete(stop);
      void this.#attempt(queued);
    });
    this.#stops.add(stop);
  }

  #discard(queued: Queued, condition: Condition, outcome?: Outcome): void {
    const { logicalId, asynchronous } = queued.target.model;
    this.#discarded += 1;
    this.#options.warn(`Lambda discards an event of ${logicalId}: ${condition}`);
    this.#send(asynchronous.onFailure, record(queued, condition, outcome));
    this.#send(asynchronous.deadLetters, deadLetter(queued, outcome));
  }

  #send(queueArn: string | undefined, message: ReturnType<typeof deadLetter>): void {
    if (queueArn !== undefined) this.#options.queues.byArn(queueArn).send(message);
  }
}
