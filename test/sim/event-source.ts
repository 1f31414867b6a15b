import type { Message } from "../../local/sqs/message";
import type { Queue } from "../../local/sqs/queue";
import { lambdaRecord } from "../../local/sqs/record";
import type { BatchResponse } from "../../src/lanes/consume";
import type { Result, SimulatedFunction } from "./functions";
import type { Scheduler } from "./scheduler";

export interface EventSourceOptions {
  readonly scheduler: Scheduler;
  readonly queue: Queue;
  readonly target: SimulatedFunction;
  readonly batchSize: number;
  readonly reportsFailures: boolean;
  /** Whether what a function reports as failed comes back at once, or when its time is over. */
  readonly returnsAtOnce: boolean;
  /** A message that does not pass is deleted without an invocation. */
  readonly accepts: (message: Message) => boolean;
  /** Told of each message that comes for more than the first time. */
  readonly onRepeat: (message: Message) => void;
}

/** Feeds a function from a queue, as an event source mapping does, and sometimes twice. */
export class EventSource {
  #isScheduled = false;
  #inFlight = 0;

  constructor(private readonly options: EventSourceOptions) {
    options.queue.onAvailable(() => this.#schedule());
  }

  get isDrained(): boolean {
    const { visible, inFlight, delayed } = this.options.queue.depth;
    return visible + inFlight + delayed + this.#inFlight === 0 && !this.#isScheduled;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const { scheduler, queue } = this.options;
    scheduler.later(scheduler.latency(), `poll ${queue.model.name}`, () => {
      this.#isScheduled = false;
      while (queue.hasMessages) this.#take();
    });
  }

  #take(): void {
    const { queue, batchSize, accepts, scheduler, onRepeat } = this.options;
    const most = scheduler.random.chance(0.5) ? batchSize : 1 + scheduler.random.below(batchSize);
    const batch = queue.receive(most).filter((message) => {
      if (message.receives > 1) onRepeat(message);
      if (accepts(message)) return true;
      queue.delete(message.receipt ?? "");
      return false;
    });
    if (batch.length > 0) void this.#handle(batch);
  }

  async #handle(batch: readonly Message[]): Promise<void> {
    const { queue, target } = this.options;
    this.#inFlight++;
    // Receipts as they are now: a message that timed out may be received again meanwhile.
    const receipts = new Map(batch.map(({ id, receipt }) => [id, receipt ?? ""]));
    this.#perhapsOverlap([...receipts.values()]);
    const event = { Records: batch.map((message) => lambdaRecord(message, queue)) };
    const result = await target.invoke(event);
    this.#inFlight--;
    this.#settle(receipts, result);
    if (queue.hasMessages) this.#schedule();
  }

  /** The queue gives a batch to another container while the first is still at work. */
  #perhapsOverlap(receipts: readonly string[]): void {
    const { scheduler, queue } = this.options;
    if (!scheduler.faults.happens("overlap")) return;
    scheduler.later(scheduler.random.between(5, 500), "overlap", () => {
      for (const receipt of receipts) queue.changeVisibility(receipt, 0);
    });
  }

  #settle(receipts: ReadonlyMap<string, string>, result: Result): void {
    const { queue, reportsFailures, returnsAtOnce, scheduler } = this.options;
    if (!result.ok || scheduler.faults.happens("again")) return;
    const { batchItemFailures = [] } = (result.value ?? {}) as Partial<BatchResponse>;
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const [id, receipt] of receipts) {
      if (!reportsFailures || !failed.has(id)) queue.delete(receipt);
      else if (returnsAtOnce) queue.changeVisibility(receipt, 0);
    }
  }
}
