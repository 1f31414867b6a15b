import type { Message } from "./retries";

/** What becomes of messages while the invocation that has them goes on. */
export interface SettlementPorts {
  /** Deletes messages; what cannot be deleted is left to the invocation's return. */
  readonly forget: (handled: readonly Message[]) => Promise<void>;
  /** Lets messages that failed come back soon. */
  readonly retrySoon: (failed: readonly Message[]) => Promise<void>;
  /** Leaves messages to other invocations at once. */
  readonly giveBack: (messages: readonly Message[]) => Promise<void>;
  /** Hears of each batch as it begins, so that its process can give it up should it have to end. */
  readonly begun?: (batch: Pick<Settlement, "abandon">) => void;
}

/**
 * How long a lane that has ended waits for the others of its batch: most end together, and then the return of the
 * invocation deletes their messages for nothing.
 */
const PATIENCE_MS = 5;

/**
 * Takes a batch's messages off the queue lane by lane. A batch holds lanes of several connections, and SQS
 * gives none of a group's messages while one is in flight: left to the return, a connection would wait for the
 * slowest handler of its batch. A lane goes as a whole, what it handled and what failed, so its order stays.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export class Settlement {
  readonly failed: Message[] = [];
  #handled: Message[] = [];
  #toRetry: Message[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #calls: Promise<unknown>[] = [];
  /** Those whose lanes have not ended, by their ids. */
  readonly #running: Map<string, Message>;

  constructor(
    private readonly ports: SettlementPorts | undefined,
    messages: readonly Message[],
  ) {
    this.#running = new Map(messages.map((message) => [message.messageId, message]));
    ports?.begun?.(this);
  }

  /** A lane has ended. @param handled how many of its messages need not come again */
  end(items: readonly Message[], handled: number): void {
    this.#leave(items);
    this.#handled.push(...items.slice(0, handled));
    this.fail(items.slice(handled));
    if (this.#running.size > 0) this.#timer ??= setTimeout(() => this.#release(), PATIENCE_MS);
  }

  /** These have to come again. */
  fail(messages: readonly Message[]): void {
    this.#leave(messages);
    this.failed.push(...messages);
    this.#toRetry.push(...messages);
  }

  /** Leaves these to other invocations, before anything else is done. */
  async giveBack(messages: readonly Message[]): Promise<void> {
    this.#leave(messages);
    this.failed.push(...messages);
    if (messages.length > 0) await this.ports?.giveBack(messages);
  }

  /**
   * The process ends before the batch does: what is unfinished comes back soon, and not when its visibility timeout is
   * over; what is handled does not come back.
   */
  async abandon(): Promise<void> {
    clearTimeout(this.#timer);
    this.#toRetry.push(...this.#running.values());
    this.#running.clear();
    this.#release();
    await Promise.all(this.#calls);
  }

  /** All lanes have ended. The return deletes what has been handled since the last call. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#handled = [];
    this.#release();
    await Promise.all(this.#calls);
  }

  #leave(messages: readonly Message[]): void {
    for (const { messageId } of messages) this.#running.delete(messageId);
  }

  #release(): void {
    this.#timer = undefined;
    const { ports } = this;
    const handled = this.#handled.splice(0);
    const toRetry = this.#toRetry.splice(0);
    if (!ports) return;
    if (handled.length > 0) this.#calls.push(ports.forget(handled));
    if (toRetry.length > 0) this.#calls.push(ports.retrySoon(toRetry));
  }
}
