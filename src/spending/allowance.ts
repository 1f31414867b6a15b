import { logError, logWarning } from "../log";
import type { Spendings } from "../ports";
import { networkOf } from "./network";

/** About so much is written at a time, in millionths of a US dollar: what costs less is written by chance. */
const QUANTUM = 2000;
const HOUR_MS = 60 * 60 * 1000;
/** How many networks a container remembers that have spent all. */
const REMEMBERED = 10_000;

/**
 * What the clients of one network address may cost in an hour of the clock.
 *
 * The sum is kept in one small item for each address and hour. What an event costs is far less than writing that down
 * would be worth, so it is written with the chance of cost / `QUANTUM`, and then as `QUANTUM`: the sum is right on
 * average whichever containers see the events, and one frame in 500 costs a write unit. A broadcast that costs more
 * is written before it is sent.
 */
export class Allowance {
  /** Networks that have spent all, with the hour in which they had. */
  readonly #spent = new Map<string, number>();

  /**
   * @param dollarsPerHour US dollars
   * @param random from 0 to 1
   */
  constructor(
    private readonly spendings: Spendings,
    private readonly dollarsPerHour: number,
    private readonly random: () => number = Math.random,
  ) {}

  /** Whether the address is known here to have spent all. */
  isSpent(address: string): boolean {
    const network = networkOf(address);
    return network !== undefined && this.#spent.get(network) === hourOf(Date.now());
  }

  /**
   * What a flood is charged, besides what was counted of it: what SQS refuses of it costs too, and takes its place on
   * the stage, and no function sees it. So an address may have ten clients that flood in an hour.
   */
  get penalty(): number {
    return this.dollarsPerHour * 1e5;
  }

  /** What of a cost has to be written: all of it, about `QUANTUM`, or mostly nothing. */
  draw(cost: number): number {
    if (cost >= QUANTUM) return Math.ceil(cost);
    return this.random() * QUANTUM < cost ? QUANTUM : 0;
  }

  /** Counts a cost in millionths of a US dollar; `false` if its address has spent all. */
  async spend(address: string, cost: number): Promise<boolean> {
    if (this.isSpent(address)) return false;
    return this.settle(address, this.draw(cost));
  }

  /** Writes what was drawn; `false` if the address has spent all. */
  async settle(address: string, amount: number): Promise<boolean> {
    const network = networkOf(address);
    if (network === undefined || amount === 0) return true;
    const hour = hourOf(Date.now());
    try {
      const sum = await this.spendings.add(network, hour, amount);
      if (sum <= this.dollarsPerHour * 1e6) return true;
    } catch (error) {
      // An unavailable table must not turn clients away.
      logError("Cannot count what an address spends", error, { address });
      return true;
    }
    this.#note(network, hour);
    return false;
  }

  #note(network: string, hour: number): void {
    if (this.#spent.size >= REMEMBERED) this.#spent.clear();
    this.#spent.set(network, hour);
    const until = new Date((hour + 1) * HOUR_MS).toISOString();
    const about = { network, dollarsPerHour: this.dollarsPerHour, until };
    logWarning("An address has spent its hour's allowance: its clients are refused", about);
  }
}

function hourOf(ms: number): number {
  return Math.floor(ms / HOUR_MS);
}
