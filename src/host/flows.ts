import type { ConnectionLimits } from "../settings/connection-limits";
import { Busy } from "./busy";
import { Deliveries } from "./deliveries";
import { Flow } from "./flow";

/**
 * How fast clients send, and how much of it reaches others, as far as this container knows. What the table knows of a
 * connection comes on top; acks, and frames without a lane, are known here only.
 */
export class Flows {
  readonly #frames = new Busy();
  readonly #deliveries = new Busy();

  constructor(private readonly limits: ConnectionLimits) {}

  /** @param stored what the table knows, epoch milliseconds */
  resume(sender: string, stored = 0): Flow {
    return new Flow(this.limits, this.#frames.until(sender, stored), stored);
  }

  /** @param stored what the table knows, epoch milliseconds */
  resumeDeliveries(sender: string, stored = 0): Deliveries {
    return new Deliveries(this.limits, this.#deliveries.until(sender, stored), stored);
  }

  note(sender: string, flow: Flow, deliveries?: Deliveries): void {
    this.#frames.note(sender, flow.busyUntil);
    if (deliveries) this.#deliveries.note(sender, deliveries.busyUntil);
  }
}
