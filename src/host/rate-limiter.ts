import type { ConnectionLimits } from "../settings/connection-limits";

export type Rates = Pick<ConnectionLimits, "framesPerSecond" | "bytesPerSecond" | "burstSeconds">;

/** Until it is this many frames ahead of its rate, or this part of a burst, a client causes no write. */
const UNNOTED = { frames: 5, ofBurst: 0.1 };
/**
 * Counted pongs that fill a burst. A client has one pong to send each eight minutes; SQS takes some hundreds of a
 * connection's messages a second, so most of a flood takes its place on the stage without ever being counted.
 */
const PONGS_OF_A_BURST = 20;

/**
 * How fast a client sends: the generic cell rate algorithm, a bucket that is one number. Each frame keeps
 * the connection busy for as long as the rates give it; a client is too fast when it is busy for longer than
 * a burst. https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 *
 * Time is API Gateway's, of the moment when it received the frame: what waits on the lane is not faster for it.
 */
export class RateLimiter {
  #busyUntil: number;
  #now = 0;

  /**
   * @param busyUntil epoch milliseconds
   * @param stored what the table knows of that
   */
  constructor(
    private readonly rates: Rates,
    busyUntil = 0,
    private readonly stored = busyUntil,
  ) {
    this.#busyUntil = busyUntil;
  }

  /** Counts a frame; `false` if it is one too many. */
  tryTake(at: number, bytes: number): boolean {
    const { framesPerSecond, bytesPerSecond } = this.rates;
    return this.#take(at, 1000 / framesPerSecond + (bytes * 1000) / bytesPerSecond);
  }

  /** Counts a pong of the sample; `false` if it is one too many. */
  tryTakePong(at: number): boolean {
    return this.#take(at, (this.rates.burstSeconds * 1000) / PONGS_OF_A_BURST);
  }

  #take(at: number, cost: number): boolean {
    this.#now = Math.max(this.#now, at);
    this.#busyUntil = Math.max(this.#busyUntil, at) + cost;
    return this.#busyUntil - at <= this.rates.burstSeconds * 1000;
  }

  /** Epoch milliseconds. */
  get busyUntil(): number {
    return this.#busyUntil;
  }

  /** What the next invocation has to know; `undefined` if it may as well forget. */
  get toKeep(): number | undefined {
    const { framesPerSecond, burstSeconds } = this.rates;
    const unnotedSeconds = Math.min(
      UNNOTED.frames / framesPerSecond,
      burstSeconds * UNNOTED.ofBurst,
    );
    const isNoted = this.#busyUntil - this.#now > unnotedSeconds * 1000;
    return isNoted && this.#busyUntil > this.stored ? Math.ceil(this.#busyUntil) : undefined;
  }
}
