import { setTimeout as sleep } from "node:timers/promises";

/**
 * How fast this process posts. API Gateway's throttle counts for the whole account, so when one post is
 * refused the others would only add to it: they all wait, a random while that grows as long as refusals
 * go on. Independently, an upper rate can be set.
 */
export class Pace {
  #pausedUntil = 0;
  /** Pauses since the last post that was accepted. */
  #refusals = 0;
  #nextAt = 0;
  readonly #intervalMs: number;

  /** @param maxPerSecond of this process; infinite for as fast as it can. */
  constructor(
    maxPerSecond: number,
    private readonly pauses: { readonly firstMs: number; readonly lastMs: number },
  ) {
    this.#intervalMs = 1000 / maxPerSecond;
  }

  /** `undefined` if a post may leave at once, which costs nothing; else resolves when it may. */
  turn(): Promise<void> | undefined {
    if (this.#intervalMs === 0 && this.#pausedUntil === 0) return undefined;
    const now = performance.now();
    if (this.#pausedUntil > now) return this.#wait(this.#pausedUntil - now);
    this.#pausedUntil = 0;
    if (this.#intervalMs === 0) return undefined;
    // What was not used for a while is not saved up, but for a tenth of a second's worth.
    this.#nextAt = Math.max(this.#nextAt, now - 100) + this.#intervalMs;
    return this.#nextAt <= now ? undefined : sleep(this.#nextAt - now);
  }

  accepted(): void {
    this.#refusals = 0;
  }

  /** A post was throttled. Those that were under way together count as one refusal. */
  refused(): void {
    const now = performance.now();
    if (this.#pausedUntil > now) return;
    const { firstMs, lastMs } = this.pauses;
    const longest = Math.min(lastMs, firstMs * 2 ** this.#refusals++);
    // Functions that were throttled together must not come back together.
    this.#pausedUntil = now + longest * (0.5 + Math.random() / 2);
  }

  async #wait(ms: number): Promise<void> {
    // Whoever waits does not go on at the same moment as the others.
    await sleep(ms + Math.random() * 20);
    await this.turn();
  }
}
