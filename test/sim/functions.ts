import type { Container } from "./container";
import { Container as NewContainer, runInside } from "./container";
import type { Scheduler } from "./scheduler";

export type Handler = (event: unknown, deadline: number) => Promise<unknown>;

export type Result = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

interface Warm {
  readonly container: Container;
  readonly handler: Handler;
}

export interface FunctionModel {
  readonly name: string;
  readonly timeoutMs: number;
  /** What a container does when it starts. */
  readonly start: () => Handler;
  readonly onError: (error: unknown) => void;
}

/** A Lambda function: its containers serve one invocation at a time, and live for some of them. */
export class SimulatedFunction {
  #warm: Warm[] = [];
  #busy = new Set<Container>();
  #started = 0;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly model: FunctionModel,
  ) {}

  get isBusy(): boolean {
    return this.#busy.size > 0;
  }

  /** Kills all containers. */
  restart(): void {
    for (const { container } of this.#warm) container.kill();
    for (const container of this.#busy) container.kill();
    this.#warm = [];
  }

  /** Runs the function once. It fails if the handler rejects, takes too long or its container dies. */
  invoke(event: unknown): Promise<Result> {
    const warm = this.#take();
    const { container } = warm;
    this.#busy.add(container);
    return new Promise((resolve) => {
      const end = (result: Result) => {
        container.onDeath = undefined;
        timeout.isCancelled = true;
        this.#busy.delete(container);
        resolve(result);
      };
      container.onDeath = () => end({ ok: false });
      const timeout = this.scheduler.clock.schedule(this.model.timeoutMs, "timeout", () =>
        container.kill(),
      );
      void this.#run(warm, event).then((result) => {
        if (!container.isAlive) return;
        if (this.scheduler.random.chance(0.9)) this.#warm.push(warm);
        end(result);
      });
    });
  }

  #run({ container, handler }: Warm, event: unknown): Promise<Result> {
    const { scheduler } = this;
    const deadline = scheduler.clock.now + this.model.timeoutMs;
    return runInside(container, async (): Promise<Result> => {
      await scheduler.call("start", () => {});
      try {
        const value = await handler(event, deadline);
        await scheduler.call("return", () => {});
        return { ok: true, value };
      } catch (error) {
        this.model.onError(error);
        return { ok: false };
      }
    });
  }

  #take(): Warm {
    const { random } = this.scheduler;
    // What an invocation has left running may have been the death of its container.
    this.#warm = this.#warm.filter(({ container }) => container.isAlive);
    if (this.#warm.length > 0 && random.chance(0.85)) {
      const [warm] = this.#warm.splice(random.below(this.#warm.length), 1);
      return warm as Warm;
    }
    const slowness = random.pick([0.5, 1, 1, 1, 2, 8]);
    const container = new NewContainer(`${this.model.name}${++this.#started}`, slowness);
    return { container, handler: runInside(container, this.model.start) };
  }
}
