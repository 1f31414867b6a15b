import { createHash } from "node:crypto";
import type { Clock } from "./clock";
import { currentContainer, runInside } from "./container";
import type { Faults } from "./faults";
import type { Random } from "./random";
import type { VirtualProcess } from "./virtual-process";

/** How long things take: a seed has one of these. */
export type Pace = "even" | "uneven" | "slow";

export interface SchedulerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: Faults;
  readonly process: VirtualProcess;
  readonly pace: Pace;
  /** Told each decision. */
  readonly onTrace?: ((line: string) => void) | undefined;
}

/**
 * Decides what happens next. Every call out of a container and every frame on its way takes a time that the
 * seed decides; between two of them all code runs until it waits.
 */
export class Scheduler {
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: Faults;
  readonly #hash = createHash("sha256");
  #pending = 0;
  #decisions = 0;

  constructor(private readonly options: SchedulerOptions) {
    this.clock = options.clock;
    this.random = options.random;
    this.faults = options.faults;
  }

  /** Calls and frames that are on their way. */
  get pending(): number {
    return this.#pending;
  }

  get decisions(): number {
    return this.#decisions;
  }

  /** A fingerprint of all decisions so far. */
  get traceHash(): string {
    return this.#hash.copy().digest("hex");
  }

  /** Lets something happen that is not code of a container. */
  later(delayMs: number, label: string, run: () => unknown): void {
    this.#pending++;
    this.clock.schedule(delayMs, label, () => {
      this.#pending--;
      return runInside(undefined, run);
    });
  }

  /**
   * A call of the container that asks for it, or of the world outside. A container may die of it: before it
   * was sent or after it was carried out, without an answer in any case.
   */
  call<T>(label: string, work: () => T | Promise<T>): Promise<T> {
    const owner = currentContainer();
    return new Promise((resolve, reject) => {
      this.later(this.latency(owner?.slowness), `${owner?.name ?? "-"} ${label}`, async () => {
        if (owner?.isAlive && this.faults.happens("kill")) owner.kill();
        if (owner && !owner.isAlive) {
          if (this.random.chance(0.5)) await ignoring(work);
          return;
        }
        try {
          resolve(await work());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** Adds a line that is not a decision to the trace. */
  note(text: string): void {
    this.options.onTrace?.(`  ${text}`);
  }

  /** How long something takes on its way, milliseconds. */
  latency(slowness = 1): number {
    const { random, pace } = this.options;
    const usual = -Math.log(1 - random.next()) * { even: 2, uneven: 6, slow: 25 }[pace];
    if (pace === "even") return usual * slowness;
    const isLate = random.chance(0.01);
    return (isLate ? random.between(50, pace === "slow" ? 4000 : 800) : usual) * slowness;
  }

  /** Lets things happen until something is true; `false` if it is not within so much virtual time. */
  async until(isDone: () => boolean, limitMs: number): Promise<boolean> {
    const { clock, process } = this.options;
    const deadline = clock.now + limitMs;
    await process.quiet();
    while (!isDone()) {
      const occurrence = clock.next(deadline);
      if (!occurrence) return false;
      this.#trace(`${(clock.now - clock.startedAt).toFixed(3)} ${occurrence.label}`);
      await occurrence.run();
      await process.quiet();
    }
    return true;
  }

  /** Lets virtual time pass. */
  async pass(ms: number): Promise<void> {
    let isOver = false;
    this.later(ms, "pass", () => {
      isOver = true;
    });
    await this.until(() => isOver, ms + 1);
  }

  #trace(line: string): void {
    this.#decisions++;
    this.#hash.update(`${line}\n`);
    this.options.onTrace?.(line);
  }
}

async function ignoring(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch {
    // No code waits for the result.
  }
}
