import { Latency } from "./latency";

/** A client in a room, from joining it until leaving: it has to hear each message meanwhile once. */
export type Stay = object;

interface Message {
  readonly scheduledAt: number;
  readonly speaker: Stay;
  /** Who has still to hear it. */
  readonly waiting: Set<Stay>;
  readonly heardBy: WeakSet<Stay>;
  isAcked: boolean;
}

export interface Counts {
  readonly said: number;
  readonly acked: number;
  readonly heard: number;
}

/** What has been said, and who has still to hear or acknowledge it. */
export class Ledger {
  readonly ackLatency = new Latency();
  readonly hearingLatency = new Latency();
  /** Those that are complete stay for a while too, so that a second hearing is noticed. */
  readonly #messages = new Map<number, Message>();
  readonly #fail: (kind: string, count?: number) => void;
  readonly #keepMs: number;
  readonly #counts = { said: 0, acked: 0, heard: 0 };

  constructor(keepMs: number, fail: (kind: string, count?: number) => void) {
    this.#keepMs = keepMs;
    this.#fail = fail;
  }

  get counts(): Counts {
    return { ...this.#counts };
  }

  /** Messages that a client still waits for. */
  get open(): number {
    return [...this.#messages.values()].filter(isOpen).length;
  }

  /** Returns the id of a new message. */
  say(scheduledAt: number, speaker: Stay, listeners: Iterable<Stay>): number {
    const id = ++this.#counts.said;
    const waiting = new Set(listeners);
    const heardBy = new WeakSet<Stay>();
    this.#messages.set(id, { scheduledAt, speaker, waiting, heardBy, isAcked: false });
    return id;
  }

  acknowledge(id: number): void {
    const message = this.#messages.get(id);
    if (message === undefined || message.isAcked) return;
    message.isAcked = true;
    this.#counts.acked++;
    this.ackLatency.record(performance.now() - message.scheduledAt);
  }

  hear(id: number, listener: Stay): void {
    const message = this.#messages.get(id);
    if (message === undefined) return;
    if (message.heardBy.has(listener)) return this.#fail("heard twice");
    message.heardBy.add(listener);
    // Who has just come or is about to leave may hear it, and need not.
    if (!message.waiting.delete(listener)) return;
    this.#counts.heard++;
    this.hearingLatency.record(performance.now() - message.scheduledAt);
  }

  /** A client leaves, and need not hear any more. */
  excuse(stay: Stay): void {
    for (const message of this.#messages.values()) message.waiting.delete(stay);
  }

  /** A client's connection ends: what it sent need not be acknowledged either. */
  excuseAck(stay: Stay): void {
    for (const message of this.#messages.values()) {
      if (message.speaker === stay) message.isAcked = true;
    }
  }

  /** Forgets messages that every client has heard long ago. */
  sweep(): void {
    const old = performance.now() - this.#keepMs;
    for (const [id, message] of this.#messages) {
      if (message.scheduledAt < old && !isOpen(message)) this.#messages.delete(id);
    }
  }

  /** Nothing more is expected: what has not come by now is missing, and not late. */
  close(): void {
    for (const { isAcked, waiting } of this.#messages.values()) {
      if (!isAcked) this.#fail("missing ack of a message");
      if (waiting.size > 0) this.#fail("missing hearing", waiting.size);
    }
    this.#messages.clear();
  }
}

function isOpen({ isAcked, waiting }: Message): boolean {
  return !isAcked || waiting.size > 0;
}
