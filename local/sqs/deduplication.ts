import type { Clock } from "../clock";

/** What SQS answers for a message that it accepted, or has accepted before. */
export interface Accepted {
  readonly id: string;
  readonly sequenceNumber: string | undefined;
}

/** Remembers deduplication ids for a while: a message sent again is accepted and not delivered. */
export class Deduplication {
  readonly #windowMs: number;
  readonly #clock: Clock;
  /** In order of insertion, hence of expiry. */
  readonly #entries = new Map<string, Accepted & { expiresAt: number }>();

  constructor(windowMs: number, clock: Clock) {
    this.#clock = clock;
    this.#windowMs = windowMs;
  }

  /** The message that was accepted under this id, if that is not too long ago. */
  find(id: string): Accepted | undefined {
    this.#forgetOld();
    return this.#entries.get(id);
  }

  /** Starts the window of an id. */
  remember(id: string, { id: messageId, sequenceNumber }: Accepted): void {
    this.#entries.set(id, {
      id: messageId,
      sequenceNumber,
      expiresAt: this.#clock.now() + this.#windowMs,
    });
  }

  #forgetOld(): void {
    const now = this.#clock.now();
    for (const [id, { expiresAt }] of this.#entries) {
      if (expiresAt > now) return;
      this.#entries.delete(id);
    }
  }
}
