import { isObject, parseJson } from "../json";
import type { LambdaFunction } from "../lambda/function";
import type { InvocationResult } from "../lambda/protocol";
import type { EventSourceModel } from "../template/model";
import { passesFilters } from "./filter";
import type { Message } from "./message";
import type { Queue } from "./queue";
import { lambdaRecord } from "./record";

/** Batches that may wait for a container; later messages wait in the queue and make fuller batches. */
const maximumWaiting = 2;

/** Feeds a function from a queue, as an event source mapping does. */
export class EventSource {
  readonly #model: EventSourceModel;
  readonly #queue: Queue;
  readonly #target: LambdaFunction;
  readonly #concurrency: number;
  readonly #stop: () => void;
  #inFlight = 0;
  #waiting = 0;
  #isScheduled = false;
  #isClosed = false;

  constructor(model: EventSourceModel, queue: Queue, target: LambdaFunction) {
    this.#model = model;
    this.#queue = queue;
    this.#target = target;
    this.#concurrency = Math.min(model.concurrency, target.model.concurrency);
    this.#stop = queue.onAvailable(() => this.#schedule());
  }

  /** Whether its queue is empty and no batch is being handled. */
  get isDrained(): boolean {
    const { visible, inFlight, delayed } = this.#queue.depth;
    return this.#inFlight === 0 && !this.#isScheduled && visible + inFlight + delayed === 0;
  }

  /** Takes no further batches. */
  close(): void {
    this.#isClosed = true;
    this.#stop();
  }

  /** Messages that arrive in one turn of the event loop share batches. */
  #schedule(): void {
    if (this.#isScheduled || this.#isClosed) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (
      !this.#isClosed &&
      this.#inFlight < this.#concurrency &&
      this.#waiting < maximumWaiting &&
      this.#queue.hasMessages
    ) {
      const batch = this.#queue
        .receive(this.#model.batchSize)
        .filter((message) => this.#accepts(message));
      if (batch.length > 0) void this.#handle(batch);
    }
  }

  /** A message that no filter lets through is deleted without an invocation. */
  #accepts(message: Message): boolean {
    if (passesFilters(this.#model.filters, lambdaRecord(message, this.#queue))) return true;
    this.#queue.delete(message.receipt ?? "");
    return false;
  }

  async #handle(batch: readonly Message[]): Promise<void> {
    this.#inFlight += 1;
    this.#waiting += 1;
    // Receipts as they are now: a message that timed out may be received again meanwhile.
    const receipts = new Map(batch.map(({ id, receipt }) => [id, receipt ?? ""]));
    const keys = new Set(batch.map(({ id, groupId }) => groupId ?? id));
    const event = { Records: batch.map((message) => lambdaRecord(message, this.#queue)) };
    const result = await this.#target.invoke(event, [...keys], () => {
      this.#waiting -= 1;
      this.#schedule();
    });
    if (!result.ok && result.error.errorType === "TooManyRequestsException") this.#waiting -= 1;
    this.#inFlight -= 1;
    if (this.#isClosed) return;
    this.#settle(receipts, result);
    this.#schedule();
  }

  /**
   * What has failed, by itself or with its batch, comes back when its visibility timeout is over.
   * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
   */
  #settle(receipts: ReadonlyMap<string, string>, result: InvocationResult): void {
    if (!result.ok) return;
    const failed = this.#model.reportsBatchItemFailures
      ? failedItems(result.payload)
      : new Set<string>();
    if (failed === "all") return;
    if ([...failed].some((id) => !receipts.has(id))) return;
    for (const [id, receipt] of receipts) {
      if (!failed.has(id)) this.#queue.delete(receipt);
    }
  }
}

/**
 * Ids of `batchItemFailures`. An answer that cannot be understood, or an id that is empty or unknown, fails
 * the whole batch; nothing, null or an empty list is success.
 */
function failedItems(payload: string): Set<string> | "all" {
  const answer = parseJson(payload);
  if (!isObject(answer)) return new Set();
  const { batchItemFailures = null } = answer;
  if (batchItemFailures === null) return new Set();
  if (!Array.isArray(batchItemFailures)) return "all";
  const ids = batchItemFailures.map((item) => (isObject(item) ? item.itemIdentifier : undefined));
  return ids.every((id) => typeof id === "string" && id !== "") ? new Set(ids as string[]) : "all";
}
