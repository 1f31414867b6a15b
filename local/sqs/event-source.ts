import { setTimeout as sleep } from "node:timers/promises";
import { isObject, type JsonObject, parseJson } from "../json";
import { isThrottled, type LambdaFunction } from "../lambda/function";
import type { InvocationResult } from "../lambda/protocol";
import type { EventSourceModel } from "../template/model";
import { passesFilters } from "./filter";
import type { Message } from "./message";
import type { Queue } from "./queue";
import { lambdaRecord } from "./record";

/** Batches that may wait for a container; later messages wait in the queue and make fuller batches. */
const maximumWaiting = 2;
/** Batches that may wait for a throttled function: with so many pollers Lambda begins. */
const maximumThrottled = 5;
/** Pauses before a throttled function is tried again, each twice the one before; AWS does not say how long they are. */
const firstPauseMs = 100;
const longestPauseMs = 5_000;

/** Feeds a function from a queue, as an event source mapping does. */
export class EventSource {
  readonly #model: EventSourceModel;
  readonly #queue: Queue;
  readonly #target: LambdaFunction;
  readonly #stop: () => void;
  #inFlight = 0;
  #waiting = 0;
  #throttled = 0;
  #isScheduled = false;
  #isClosed = false;

  constructor(model: EventSourceModel, queue: Queue, target: LambdaFunction) {
    this.#model = model;
    this.#queue = queue;
    this.#target = target;
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
      this.#inFlight < this.#model.concurrency &&
      this.#waiting < maximumWaiting &&
      this.#throttled < maximumThrottled &&
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
    // Receipts as they are now: a message that timed out may be received again meanwhile.
    const receipts = new Map(batch.map(({ id, receipt }) => [id, receipt ?? ""]));
    const keys = new Set(batch.map(({ id, groupId }) => groupId ?? id));
    const event = { Records: batch.map((message) => lambdaRecord(message, this.#queue)) };
    const isDropped = () => batch.some(({ id, receipt }) => receipts.get(id) !== receipt);
    const stopHolding = this.#target.isInspected ? this.#hold(receipts) : () => undefined;
    const result = await this.#invokeUntil(isDropped, event, [...keys]);
    stopHolding();
    this.#inFlight -= 1;
    if (this.#isClosed) return;
    if (result) this.#settle(receipts, result);
    this.#schedule();
  }

  /** While a debugger holds up the function, its messages go to no other invocation. @returns how to stop that */
  #hold(receipts: ReadonlyMap<string, string>): () => void {
    const { visibilityTimeoutMs } = this.#queue.model;
    const again = () => {
      for (const receipt of receipts.values()) {
        this.#queue.changeVisibility(receipt, visibilityTimeoutMs);
      }
    };
    const timer = setInterval(again, visibilityTimeoutMs / 2);
    return () => clearInterval(timer);
  }

  /**
   * Tries a throttled function again until the batch's visibility timeout is over. Then the batch is dropped, and its
   * messages are received once more:
   * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
   */
  async #invokeUntil(
    isDropped: () => boolean,
    event: JsonObject,
    keys: readonly string[],
  ): Promise<InvocationResult | undefined> {
    const first = await this.#invoke(event, keys);
    if (!isThrottled(first)) return first;
    this.#throttled += 1;
    try {
      for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
        await sleep(pauseMs, undefined, { ref: false });
        if (this.#isClosed || isDropped()) return undefined;
        const result = await this.#invoke(event, keys);
        if (!isThrottled(result)) return result;
      }
    } finally {
      this.#throttled -= 1;
    }
  }

  async #invoke(event: JsonObject, keys: readonly string[]): Promise<InvocationResult> {
    let isWaiting = true;
    this.#waiting += 1;
    const stopWaiting = () => {
      if (isWaiting) this.#waiting -= 1;
      isWaiting = false;
    };
    const onStart = () => {
      stopWaiting();
      this.#schedule();
    };
    const result = await this.#target.invoke(event, { keys, onStart });
    stopWaiting();
    return result;
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
