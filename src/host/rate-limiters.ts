import type { ConnectionRecord, Store } from "../ports";
import type { ConnectionLimits } from "../settings/connection-limits";
import { Busy } from "./busy";
import { Deliveries } from "./deliveries";
import { RateLimiter } from "./rate-limiter";

/**
 * How fast clients send, and how much of it reaches others, as far as this container knows. What the table knows of a
 * connection comes on top; acks, and frames without a lane, are known here only.
 */
export class RateLimiters {
  readonly #frames = new Busy();
  readonly #deliveries = new Busy();

  constructor(private readonly limits: ConnectionLimits) {}

  /** @param stored what the table knows, epoch milliseconds */
  resume(sender: string, stored = 0): RateLimiter {
    return new RateLimiter(this.limits, this.#frames.until(sender, stored), stored);
  }

  /** @param stored what the table knows, epoch milliseconds */
  resumeDeliveries(sender: string, stored = 0): Deliveries {
    return new Deliveries(this.limits, this.#deliveries.until(sender, stored), stored);
  }

  note(sender: string, limiter: RateLimiter, deliveries?: Deliveries): void {
    this.#frames.note(sender, limiter.busyUntil);
    if (deliveries) this.#deliveries.note(sender, deliveries.busyUntil);
  }
}

/** Writes down how long a client's frames keep its connection busy, if the next invocation has to know. */
export async function keepBusy(
  store: Pick<Store, "saveReceiveState">,
  { id, apart }: Pick<ConnectionRecord, "id" | "apart">,
  { toKeep: busyUntil }: RateLimiter,
): Promise<void> {
  if (busyUntil !== undefined) await store.saveReceiveState(id, { busyUntil }, apart);
}
