import type { ConnectionLimits } from "../settings/connection-limits";

export type DeliveryRates = Pick<ConnectionLimits, "deliveriesPerSecond" | "burstSeconds">;

/** Until it is this far ahead of its rate, a client causes no write. */
const UNNOTED_MS = 100;

/**
 * How many posts the broadcasts of a client cause: one number, as in `RateLimiter`. How many members a room has is known
 * only when they are read, so a client that is less than a burst ahead of its rate may send to any room, and waits
 * for longer after a larger one.
 */
export class Deliveries {
  #busyUntil: number;

  /**
   * @param busyUntil epoch milliseconds
   * @param stored what the table knows of that
   */
  constructor(
    private readonly rates: DeliveryRates,
    busyUntil = 0,
    private readonly stored = busyUntil,
  ) {
    this.#busyUntil = busyUntil;
  }

  /** How long it is until the next broadcast may be sent; 0 for at once. */
  waitMs(now = Date.now()): number {
    return Math.max(0, Math.ceil(this.#busyUntil - now - this.rates.burstSeconds * 1000));
  }

  charge(posts: number, now = Date.now()): void {
    const cost = (posts * 1000) / this.rates.deliveriesPerSecond;
    this.#busyUntil = Math.max(this.#busyUntil, now) + cost;
  }

  /** Epoch milliseconds. */
  get busyUntil(): number {
    return this.#busyUntil;
  }

  /** What the next invocation has to know; `undefined` if it may as well forget. */
  toKeep(now = Date.now()): number | undefined {
    const isNoted = this.#busyUntil - now > UNNOTED_MS;
    return isNoted && this.#busyUntil > this.stored ? Math.ceil(this.#busyUntil) : undefined;
  }
}
