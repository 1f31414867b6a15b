import { setTimeout as sleep } from "node:timers/promises";
import { type Backoff, backoff, jitter } from "../backoff";
import type { ConnectionId } from "../ports";

/** Time as the throttle knows it; tests have one of their own. */
export interface ThrottleClock {
  now(): number;
  sleep(ms: number): Promise<unknown>;
}

const realClock: ThrottleClock = { now: () => performance.now(), sleep: (ms) => sleep(ms) };

/** So many connections that are refused within this time are not all slow readers. */
const SEVERAL = 3;
const WINDOW_MS = 1000;

/**
 * How fast this process posts. 429 has two meanings, which its answer does not tell apart: one connection's buffer is
 * full, since its client reads slowly; or API Gateway's throttle, which counts for the whole account, has refused a
 * post. A connection that is refused alone waits alone. When several are refused together, further posts would
 * only add to it: all wait, a random while that grows as long as refusals go on. Independently, an upper rate can be
 * set. `LimitExceededException` in https://docs.aws.amazon.com/boto3/latest/reference/services/apigatewaymanagementapi/client/post_to_connection.html
 */
export class PostThrottle {
  #pausedUntil = 0;
  /** Pauses since the last post that was accepted. */
  #pauses = 0;
  #nextAt = 0;
  /** When each connection was refused last, the latest at the end; since the last pause. */
  readonly #refused = new Map<ConnectionId, number>();
  readonly #intervalMs: number;

  /** @param maxPerSecond of this process; infinite for as fast as it can. */
  constructor(
    maxPerSecond: number,
    private readonly pauses: Backoff,
    private readonly clock: ThrottleClock = realClock,
  ) {
    this.#intervalMs = 1000 / maxPerSecond;
  }

  /** `undefined` if a post may leave at once, which costs nothing; else resolves when it may. */
  turn(): Promise<unknown> | undefined {
    if (this.#intervalMs === 0 && this.#pausedUntil === 0) return undefined;
    const now = this.clock.now();
    if (this.#pausedUntil > now) return this.#wait(this.#pausedUntil - now);
    this.#pausedUntil = 0;
    if (this.#intervalMs === 0) return undefined;
    // What was not used for a while is not saved up, but for a tenth of a second's worth.
    this.#nextAt = Math.max(this.#nextAt, now - 100) + this.#intervalMs;
    return this.#nextAt <= now ? undefined : this.clock.sleep(this.#nextAt - now);
  }

  accepted(): void {
    this.#pauses = 0;
  }

  /** A post was answered 429. Those that were under way together count as one refusal of all. */
  refused(id: ConnectionId): void {
    const now = this.clock.now();
    if (this.#pausedUntil > now || !this.#areSeveral(id, now)) return;
    this.#refused.clear();
    this.#pausedUntil = now + jitter(backoff(++this.#pauses, this.pauses), 0.5);
  }

  /** Whether this connection and others have been refused lately. */
  #areSeveral(id: ConnectionId, now: number): boolean {
    this.#refused.delete(id);
    this.#refused.set(id, now);
    for (const [other, at] of this.#refused) {
      if (at > now - WINDOW_MS) break;
      this.#refused.delete(other);
    }
    return this.#refused.size >= SEVERAL;
  }

  async #wait(ms: number): Promise<void> {
    // A post that waits does not go on at the same moment as the others.
    await this.clock.sleep(ms + Math.random() * 20);
    await this.turn();
  }
}
