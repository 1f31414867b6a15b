import { count } from "../metrics";
import type { Frame, Sender } from "../ports";
import type { ConnectionLimits } from "../settings/connection-limits";
import type { Allowance } from "../spending/allowance";
import { billedMessages, CHARGES, chargeOfLogging, chargeOfPosts } from "../spending/charges";
import type { Deliveries } from "./deliveries";

/** What counts for all connections of a client's network. */
export interface Account {
  readonly address: string;
  /** Absent where addresses are not limited. */
  readonly allowance: Allowance | undefined;
}

const SPENT = "less traffic from one network address in an hour";

/** Counts what the events of one connection cause. */
export class CountedSender implements Sender {
  #excess: string | undefined;
  /** What has been caused and not counted for its address yet, in millionths of a US dollar. */
  #cost = 0;

  /** @param isLeaving whether the connection has ended: others are to hear of that in any case */
  constructor(
    private readonly limits: ConnectionLimits,
    private readonly deliveries: Deliveries,
    private readonly account: Account,
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
    if (this.isLeaving()) return;
    const { deliveriesPerSecond } = this.limits;
    if (this.#isSpent()) this.#refuse(SPENT);
    if (this.waitMs() > 0) {
      this.#refuse(`at most ${deliveriesPerSecond} deliveries of its messages a second`);
    }
  }

  async charge(recipients: number, bytes: number, isFirst: boolean): Promise<void> {
    this.deliveries.charge(recipients * billedMessages(bytes));
    this.#cost += chargeOfPosts(recipients, bytes);
    const isAdmitted = await this.settle();
    if (!isAdmitted && isFirst && !this.isLeaving()) this.#refuse(SPENT);
  }

  /** @param weight how many frames it stands for */
  noteFrame(weight = 1): void {
    this.#cost += CHARGES.frame * weight;
    if (this.#isSpent()) this.#exceed(SPENT);
  }

  /** Its client is cut off for the frames that it sends. */
  noteFlood(): void {
    this.#cost += this.account.allowance?.penalty ?? 0;
  }

  noteWrite(): void {
    this.#cost += CHARGES.write;
  }

  noteLogged(logs: number, bytes: number): void {
    this.#cost += chargeOfLogging(logs, bytes);
  }

  notePosts(frames: readonly Frame[]): void {
    for (const { bytes } of frames) this.#cost += chargeOfPosts(1, bytes.byteLength);
  }

  /** Counts what has been caused for its address; `false` if that has spent all. */
  async settle(): Promise<boolean> {
    const { address, allowance } = this.account;
    const cost = this.#cost;
    this.#cost = 0;
    const isAdmitted = !allowance || (await allowance.spend(address, cost));
    if (!isAdmitted) this.#exceed(SPENT);
    return isAdmitted;
  }

  #isSpent(): boolean {
    const { address, allowance } = this.account;
    return allowance?.isSpent(address) === true;
  }

  #refuse(expected: string): never {
    count("BroadcastsRefused");
    this.#exceed(expected);
    throw new RangeError(`Cannot broadcast: expected ${expected}, got more; its client is cut off`);
  }

  #exceed(expected: string): void {
    this.#excess ??= `Expected ${expected}, got more`;
  }
}
