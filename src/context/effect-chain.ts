import { traced } from "../tracing";
import type { PendingWork } from "./pending-work";

/** What chains share whose effects have one order: those of events that are handled side by side. */
export class EffectOrder {
  last: Promise<unknown> = Promise.resolve();
  failure: { readonly error: unknown } | undefined;
}

/** Effects in the order in which they were asked for, one after the other. */
export class EffectChain {
  #pending = 0;

  /** @param judge told of each effect that fails; may break the chain */
  constructor(
    private readonly work: PendingWork,
    private readonly judge: (label: string, error: unknown) => void,
    private readonly order = new EffectOrder(),
  ) {}

  get isPending(): boolean {
    return this.#pending > 0;
  }

  get failure(): { readonly error: unknown } | undefined {
    return this.order.failure;
  }

  /** Lets each effect from here on fail with this error, without being tried. */
  break(error: unknown): void {
    this.order.failure = { error };
  }

  run<T>(label: string, effect: () => Promise<T>): Promise<T> {
    const end = this.work.begin(label);
    this.#pending++;
    const { order } = this;
    const done = order.last.then(() => {
      if (order.failure) throw order.failure.error;
      return traced(label, effect);
    });
    const settle = () => {
      this.#pending--;
      end();
    };
    order.last = done.then(settle, (error) => {
      this.judge(label, error);
      settle();
    });
    // The application may leave the promise alone; the chain knows of the failure.
    done.catch(() => {});
    return done;
  }
}
