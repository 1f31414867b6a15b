import { traced } from "../tracing";
import type { PendingWork } from "./pending-work";

/** Effects in the order in which they were asked for, one after the other. */
export class EffectChain {
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #failure: { readonly error: unknown } | undefined;

  /** @param judge told of each effect that fails; may break the chain */
  constructor(
    private readonly work: PendingWork,
    private readonly judge: (label: string, error: unknown) => void,
  ) {}

  get isPending(): boolean {
    return this.#pending > 0;
  }

  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Lets each effect from here on fail with this error, without being tried. */
  break(error: unknown): void {
    this.#failure = { error };
  }

  run<T>(label: string, effect: () => Promise<T>): Promise<T> {
    const end = this.work.begin(label);
    this.#pending++;
    const done = this.#last.then(() => {
      if (this.#failure) throw this.#failure.error;
      return traced(label, effect);
    });
    const settle = () => {
      this.#pending--;
      end();
    };
    this.#last = done.then(settle, (error) => {
      this.judge(label, error);
      settle();
    });
    // The application may leave the promise alone; the chain knows of the failure.
    done.catch(() => {});
    return done;
  }
}
