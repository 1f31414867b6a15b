import type { ConnectionLimits } from "../connection-limits";

export type Rates = Pick<ConnectionLimits, "framesPerSecond" | "bytesPerSecond" | "burstSeconds">;

/** Until it is this many frames ahead of its rate, a client causes no write; the half is for the bytes of five. */
const UNNOTED_FRAMES = 5.5;

/**
 * How fast a client sends: the generic cell rate algorithm, a bucket that is one number. Each frame keeps
 * the connection busy for as long as the rates give it; a client is too fast when it is busy for longer than
 * a burst. https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 *
 * Time is API Gateway's, of the moment when it received the frame: what waits on the lane is not faster for it.
 */
export class Flow {
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

  /**
   * Counts a frame; `false` if it is one too many.
   *
   * @param weight how many such frames it stands for
   */
  admits(at: number, bytes: number, weight = 1): boolean {
    const { framesPerSecond, bytesPerSecond, burstSeconds } = this.rates;
    const cost = (1000 / framesPerSecond + (bytes * 1000) / bytesPerSecond) * weight;
    this.#now = Math.max(this.#now, at);
    this.#busyUntil = Math.max(this.#busyUntil, at) + cost;
    return this.#busyUntil - at <= burstSeconds * 1000;
  }

  /** Epoch milliseconds. */
  get busyUntil(): number {
    return this.#busyUntil;
  }

  /** What the next invocation has to know; `undefined` if it may as well forget. */
  get toKeep(): number | undefined {
    const ahead = this.#busyUntil - this.#now;
    const isNoted = ahead > (UNNOTED_FRAMES * 1000) / this.rates.framesPerSecond;
    return isNoted && this.#busyUntil > this.stored ? Math.ceil(this.#busyUntil) : undefined;
  }
}
