import { Flow, type Rates } from "./flow";

/** How many senders a container remembers. */
const REMEMBERED = 1000;

/**
 * How fast clients send, as far as this container knows. What the table knows of a connection comes on top; acks,
 * and frames without a lane, are known here only.
 */
export class Flows {
  readonly #busyUntil = new Map<string, number>();

  constructor(private readonly rates: Rates) {}

  /** @param stored what the table knows, epoch milliseconds */
  resume(sender: string, stored = 0): Flow {
    return new Flow(this.rates, Math.max(stored, this.#busyUntil.get(sender) ?? 0), stored);
  }

  note(sender: string, { busyUntil }: Flow): void {
    // The map keeps the order of insertion: the first is who has not been heard of for longest.
    this.#busyUntil.delete(sender);
    if (busyUntil <= Date.now()) return;
    this.#busyUntil.set(sender, busyUntil);
    const [oldest] = this.#busyUntil.keys();
    if (this.#busyUntil.size > REMEMBERED && oldest !== undefined) this.#busyUntil.delete(oldest);
  }
}
