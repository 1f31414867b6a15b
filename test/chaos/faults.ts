import type { Faults } from "../../local";

/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Faults that come by chance, while they are switched on. Each kind has a stream of numbers of its own. */
export class ChanceFaults implements Faults {
  isOn = false;
  /** How often each happened. */
  readonly counts: Record<string, number> = {};
  readonly #random: Readonly<Record<"database" | "post" | "kill", () => number>>;

  /** @param isResident of one lane, each death holds up all clients: containers die as rarely as they can recover */
  constructor(
    seed: number,
    private readonly isResident = false,
  ) {
    this.#random = {
      database: randomOf(seed * 4 + 1),
      post: randomOf(seed * 4 + 2),
      kill: randomOf(seed * 4 + 3),
    };
  }

  readonly database = () =>
    this.#pick("database", 0.04, ["throttle", "fail", "lose answer"] as const);

  readonly post = () => this.#pick("post", 0.06, [429, 500, "reset", "lose answer"] as const);

  readonly kill = (logicalId: string) => {
    // What API Gateway waits for is refused to the client by API Gateway itself.
    if (!/Functions(Lane|FanOut|Application)/.test(logicalId)) return undefined;
    return this.#pick("kill", this.isResident ? 0.15 : 0.1, [1, 5, 20, 60] as const);
  };

  #pick<T extends string | number>(
    kind: "database" | "post" | "kill",
    chance: number,
    faults: readonly T[],
  ): T | undefined {
    if (!this.isOn) return undefined;
    const random = this.#random[kind];
    const happens = random() < chance;
    const fault = faults[Math.floor(random() * faults.length)] as T;
    if (!happens) return undefined;
    this.counts[`${kind} ${fault}`] = (this.counts[`${kind} ${fault}`] ?? 0) + 1;
    return fault;
  }
}
