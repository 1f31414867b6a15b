/** How many senders a container remembers. */
const REMEMBERED = 1000;

/** Until when senders are busy by one of their rates, as far as this container knows; epoch milliseconds. */
export class Busy {
  readonly #until = new Map<string, number>();

  /** @param stored what the table knows of the sender */
  until(sender: string, stored = 0): number {
    return Math.max(stored, this.#until.get(sender) ?? 0);
  }

  note(sender: string, busyUntil: number): void {
    // The map keeps the order of insertion: the first is who has not been heard of for longest.
    this.#until.delete(sender);
    if (busyUntil <= Date.now()) return;
    this.#until.set(sender, busyUntil);
    const [oldest] = this.#until.keys();
    if (this.#until.size > REMEMBERED && oldest !== undefined) this.#until.delete(oldest);
  }
}
