import type { Container } from "./container";
import type { Random } from "./random";

export type CallFault = "throttle" | "fail" | "lose answer";
export type PostFault = 429 | 500 | "reset" | "lose answer";

const CALL_FAULTS: readonly CallFault[] = ["throttle", "fail", "lose answer"];
const REFUSALS: readonly CallFault[] = ["throttle", "fail"];
const POST_FAULTS: readonly PostFault[] = [429, 500, "reset", "lose answer"];
/** A post that fails more often is given up, and then its recipient has missed something rightly. */
const MAX_POST_FAULTS = 3;

/** How often what goes wrong. Each seed has rates of its own, so that some see one kind of fault alone. */
export interface Rates {
  /** One try of a call to DynamoDB or SQS; the SDK tries three times. */
  readonly call: number;
  /** A container reaches DynamoDB or SQS no more for a while; asked at each of its calls. */
  readonly outage: number;
  readonly post: number;
  /** A container dies; asked at each of its calls. */
  readonly kill: number;
  /** All containers die; asked at each step of the clients. */
  readonly restart: number;
  /** Messages of a batch that was handled come again. */
  readonly again: number;
  /** A batch comes again while it is being handled. */
  readonly overlap: number;
  /** A connection breaks; asked at each step of the clients. */
  readonly breaks: number;
  /** Its `$disconnect` does not come. */
  readonly lostEnd: number;
}

export function drawRates(random: Random): Rates {
  const rate = (usual: number) => random.pick([0, usual / 3, usual, usual, usual * 3]);
  return {
    call: rate(0.02),
    outage: rate(0.002),
    post: rate(0.04),
    kill: rate(0.003),
    restart: rate(0.003),
    again: rate(0.02),
    overlap: random.chance(0.25) ? 0.05 : 0,
    breaks: rate(0.03),
    lostEnd: rate(0.15),
  };
}

/** What goes wrong, while it is switched on, and how often each kind did. */
export class Faults {
  isOn = false;
  readonly counts: Record<string, number> = {};
  readonly #outages = new WeakMap<Container, number>();
  readonly #postFaults = new Map<string, number>();

  constructor(
    private readonly random: Random,
    readonly rates: Rates,
    /** Whether the answer of a call that was carried out may get lost. */
    private readonly losesAnswers = true,
  ) {}

  /** Whether something happens that has a rate of its own. */
  happens(kind: keyof Rates): boolean {
    return this.isOn && this.random.chance(this.rates[kind]) && this.#count(kind);
  }

  call(container: Container | undefined, now: number): CallFault | undefined {
    if (!this.isOn) return undefined;
    const isCutOff = container !== undefined && this.#isCutOff(container, now);
    if (!isCutOff && !this.random.chance(this.rates.call)) return undefined;
    return this.#pick("call", this.losesAnswers ? CALL_FAULTS : REFUSALS);
  }

  post(connectionId: string): PostFault | undefined {
    const before = this.#postFaults.get(connectionId) ?? 0;
    this.#postFaults.delete(connectionId);
    if (!this.isOn || before === MAX_POST_FAULTS) return undefined;
    if (!this.random.chance(this.rates.post)) return undefined;
    this.#postFaults.set(connectionId, before + 1);
    return this.#pick("post", POST_FAULTS);
  }

  #isCutOff(container: Container, now: number): boolean {
    if (this.happens("outage")) {
      this.#outages.set(container, now + this.random.between(100, 3000));
    }
    return now < (this.#outages.get(container) ?? 0);
  }

  #pick<T extends string | number>(kind: string, faults: readonly T[]): T {
    const fault = this.random.pick(faults);
    this.#count(`${kind} ${fault}`);
    return fault;
  }

  #count(kind: string): true {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    return true;
  }
}
