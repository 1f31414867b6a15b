import type { ConnectionLimits } from "../connection-limits";
import { count } from "../metrics";
import type { Sender } from "../ports";
import type { Deliveries } from "./deliveries";

/** Messages are billed, and counted, by so many bytes. https://aws.amazon.com/api-gateway/pricing/ */
const BILLED_BYTES = 32 * 1024;

/** Counts what the events of one connection cause. */
export class CountedSender implements Sender {
  #excess: string | undefined;

  /** @param isLeaving whether the connection has ended: others are to hear of that in any case */
  constructor(
    private readonly limits: ConnectionLimits,
    private readonly deliveries: Deliveries,
    private readonly isLeaving: () => boolean,
  ) {}

  /** Why its client has to be cut off. */
  get excess(): string | undefined {
    return this.#excess;
  }

  waitMs(): number {
    return this.deliveries.waitMs();
  }

  admit(): void {
    if (this.isLeaving() || this.waitMs() === 0) return;
    const { deliveriesPerSecond } = this.limits;
    this.#refuse(`at most ${deliveriesPerSecond} deliveries of its messages a second`);
  }

  charge(recipients: number, bytes: number): void {
    this.deliveries.charge(recipients * Math.max(1, Math.ceil(bytes / BILLED_BYTES)));
  }

  #refuse(expected: string): never {
    count("BroadcastsRefused");
    this.#excess = `Expected ${expected}, got more`;
    throw new RangeError(`Cannot broadcast: expected ${expected}, got more; its client is cut off`);
  }
}
