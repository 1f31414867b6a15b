import { randomUUID } from "node:crypto";
import type { Clock } from "../clock";
import type { QueueModel } from "../template/model";
import { boundedNumber } from "./bounds";
import { Deduplication } from "./deduplication";
import { checkBody, type Message, type SendInput } from "./message";
import { checkOrder } from "./order";
import { nextSequenceNumber } from "./sequence";
import type { QueueTimings } from "./timings";

/** Messages that share an order. In a standard queue every message is a group of its own. */
interface Group {
  readonly id: string;
  readonly messages: Message[];
  inFlight: number;
}

/**
 * One SQS queue in memory. A FIFO group that has a message in flight gives no further message until that
 * one is deleted or visible again, which is what keeps a group in order:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export class Queue {
  readonly model: QueueModel;
  /** Where messages go that were received too often. Set once all queues exist. */
  deadLetterQueue: Queue | undefined;
  readonly #timings: QueueTimings;
  readonly #groups = new Map<string, Group>();
  /** Groups that can give messages, in the order they became ready. */
  readonly #ready = new Set<Group>();
  readonly #receipts = new Map<string, { group: Group; message: Message }>();
  readonly #deduplication: Deduplication;
  readonly #listeners = new Set<() => void>();
  readonly #delayed = new Set<Message>();
  /** Of dead letters: from where they came. */
  readonly #origins = new WeakMap<Message, Queue>();

  constructor(model: QueueModel, timings: QueueTimings) {
    this.model = model;
    this.#timings = timings;
    this.#deduplication = new Deduplication(timings.deduplicationMs, timings.clock);
  }

  get clock(): Clock {
    return this.#timings.clock;
  }

  /** Messages that wait, and messages that are in flight. */
  get depth(): { visible: number; inFlight: number; delayed: number } {
    let total = 0;
    for (const { messages } of this.#groups.values()) total += messages.length;
    const inFlight = this.#receipts.size;
    return { visible: total - inFlight, inFlight, delayed: this.#delayed.size };
  }

  /** All messages, in flight or not. */
  get messages(): Message[] {
    return [...this.#groups.values()].flatMap(({ messages }) => messages);
  }

  /** Whether a receive would give something now. */
  get hasMessages(): boolean {
    return this.#ready.size > 0;
  }

  /** Calls back whenever messages become available. Returns how to stop that. */
  onAvailable(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Accepts a message, or throws the error that SQS answers. */
  send(input: SendInput): { id: string; sequenceNumber: string | undefined } {
    const body = checkBody(input, this.model.maximumMessageBytes);
    const { groupId, deduplicationId } = checkOrder(this.model, input, body);
    const ownDelay = boundedNumber(input, "DelaySeconds");
    const scope = this.model.deduplicatesPerGroup ? `${groupId} ` : "";
    const earlier = deduplicationId && this.#deduplication.find(scope + deduplicationId);
    if (earlier) return earlier;
    const message: Message = {
      id: randomUUID(),
      body,
      groupId,
      deduplicationId,
      sequenceNumber: this.model.fifo ? nextSequenceNumber() : undefined,
      attributes: input.MessageAttributes ?? {},
      sentAt: this.clock.now(),
      firstReceivedAt: undefined,
      receives: 0,
      receipt: undefined,
      expiredReceipts: new Set(),
      stop: undefined,
    };
    if (deduplicationId) this.#deduplication.remember(scope + deduplicationId, message);
    const delayMs = ownDelay === undefined ? this.model.delayMs : ownDelay * 1000;
    if (delayMs > 0) this.#delay(message, delayMs);
    else this.#append(message);
    return message;
  }

  /** Takes up to `maximum` messages, which stay invisible until they are deleted or their time is over. */
  receive(maximum: number, visibilityMs = this.model.visibilityTimeoutMs): Message[] {
    const taken: Message[] = [];
    for (const group of [...this.#ready]) {
      if (taken.length >= maximum) break;
      this.#dropPoison(group);
      for (const message of group.messages.slice(0, maximum - taken.length)) {
        this.#takeFrom(group, message, visibilityMs);
        taken.push(message);
      }
      this.#ready.delete(group);
      if (group.messages.length === 0) this.#groups.delete(group.id);
    }
    return taken;
  }

  /** Removes a received message. Returns false if the receipt is not the latest of a message. */
  delete(receipt: string): boolean {
    const found = this.#receipts.get(receipt);
    if (found === undefined) return false;
    const { group, message } = found;
    this.#land(group, message);
    group.messages.splice(group.messages.indexOf(message), 1);
    if (group.messages.length === 0) this.#groups.delete(group.id);
    else this.#open(group);
    return true;
  }

  /** Whether a message of a FIFO queue is here that has been visible again since this receipt. */
  hasExpired(receipt: string): boolean {
    return this.model.fifo && this.messages.some((each) => each.expiredReceipts.has(receipt));
  }

  /** Changes when a received message returns; 0 returns it at once. False if the receipt is unknown. */
  changeVisibility(receipt: string, visibilityMs: number): boolean {
    const found = this.#receipts.get(receipt);
    if (found === undefined) return false;
    found.message.stop?.();
    if (visibilityMs > 0) this.#startTimer(found.group, found.message, visibilityMs);
    else this.#return(found.group, found.message);
    return true;
  }

  /** Moves what is not in flight to a queue, or back; how many, or `undefined` if SQS did not set one aside. */
  redrive(to?: Queue): number | undefined {
    const moving = this.messages.filter(({ receipt }) => receipt === undefined);
    const isKnown = (message: Message) => to !== undefined || this.#origins.has(message);
    if (!moving.every(isKnown)) return undefined;
    for (const message of moving) {
      const group = [...this.#groups.values()].find(({ messages }) => messages.includes(message));
      group?.messages.splice(group.messages.indexOf(message), 1);
      if (group?.messages.length === 0) this.#forget(group);
      message.receives = 0;
      (to ?? (this.#origins.get(message) as Queue)).#append(message);
    }
    return moving.length;
  }

  /** Stops all timers. */
  close(): void {
    this.#listeners.clear();
    for (const message of [...this.messages, ...this.#delayed]) message.stop?.();
  }

  #delay(message: Message, delayMs: number): void {
    this.#delayed.add(message);
    message.stop = this.clock.after(delayMs, () => {
      this.#delayed.delete(message);
      this.#append(message);
    });
  }

  #append(message: Message): void {
    const id = this.model.fifo ? (message.groupId ?? "") : message.id;
    const group = this.#groups.get(id) ?? { id, messages: [], inFlight: 0 };
    this.#groups.set(id, group);
    group.messages.push(message);
    this.#open(group);
  }

  #forget(group: Group): void {
    this.#groups.delete(group.id);
    this.#ready.delete(group);
  }

  #open(group: Group): void {
    if (group.inFlight > 0) return;
    this.#ready.add(group);
    for (const listener of this.#listeners) listener();
  }

  /** A message is moved when it is about to be received once more than allowed. */
  #dropPoison(group: Group): void {
    const { deadLetter } = this.model;
    if (deadLetter === undefined || this.deadLetterQueue === undefined) return;
    while (group.messages[0] && group.messages[0].receives >= deadLetter.maximumReceives) {
      const message = group.messages.shift()!;
      this.deadLetterQueue.#origins.set(message, this);
      this.deadLetterQueue.#append(message);
    }
  }

  #takeFrom(group: Group, message: Message, visibilityMs: number): void {
    message.receives += 1;
    message.firstReceivedAt ??= this.clock.now();
    message.receipt = randomUUID();
    group.inFlight += 1;
    this.#receipts.set(message.receipt, { group, message });
    this.#startTimer(group, message, visibilityMs);
  }

  #startTimer(group: Group, message: Message, visibilityMs: number): void {
    const delay = Math.min(visibilityMs, this.#timings.maximumVisibilityMs);
    message.stop = this.clock.after(delay, () => this.#return(group, message));
  }

  #return(group: Group, message: Message): void {
    message.expiredReceipts.add(message.receipt ?? "");
    this.#land(group, message);
    this.#open(group);
  }

  #land(group: Group, message: Message): void {
    message.stop?.();
    this.#receipts.delete(message.receipt ?? "");
    message.receipt = undefined;
    group.inFlight -= 1;
  }
}
