import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as turn } from "node:timers/promises";
import { logError, logWarning } from "../log";
import type { Effects } from "../ports";

/** How long a replay goes on once it waits for something that will not come again. */
const ORPHAN_MS = 50;

/**
 * What one connection's events are doing in one invocation: which listeners and middlewares have not
 * finished, and the chain of effects. Every continuation finds its own through AsyncLocalStorage, so
 * connections that share a batch never mix.
 */
export class Scope {
  readonly #open = new Map<symbol, string>();
  readonly #fields: Readonly<Record<string, unknown>>;
  #chain: Promise<unknown> = Promise.resolve();
  #wake: (() => void) | undefined;
  #failure: { readonly error: unknown } | undefined;
  #orphaned = false;

  /** @param muted whether this is a replay, whose effects have happened before. */
  constructor(
    readonly muted: boolean,
    fields: Readonly<Record<string, unknown>>,
  ) {
    this.#fields = fields;
  }

  /** The first effect that failed, if any: the event must be delivered again. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** A replay waits for an ack that will not come again: what awaits it will never end. */
  orphan(): void {
    this.#orphaned = true;
  }

  /** Notes that something has begun; the returned function says that it has ended. */
  begin(label: string): () => void {
    const key = Symbol(label);
    this.#open.set(key, label);
    return () => {
      if (this.#open.delete(key) && this.#open.size === 0) this.#wake?.();
    };
  }

  /** Waits for what a listener returned. Its rejection is logged and harms nobody else. */
  track(label: string, result: unknown): void {
    if (!isThenable(result)) return;
    const end = this.begin(label);
    result.then(end, (error) => {
      this.report(label, error);
      end();
    });
  }

  /** An application error: logged with its stack, never thrown further. */
  report(label: string, error: unknown): void {
    logError(`The application failed in ${label}`, error, this.#fields);
  }

  /** See `Effects.run`. After a failure the rest of the chain is skipped: it will come again. */
  effect<T>(label: string, run: () => Promise<T>): Promise<T> {
    const end = this.begin(label);
    const done = this.#chain.then(() => {
      if (this.#failure) throw this.#failure.error;
      return run();
    });
    this.#chain = done.then(end, (error) => {
      if (!this.#failure) logError(`Cannot ${label}`, error, this.#fields);
      this.#failure ??= { error };
      end();
    });
    // The application may leave the promise alone; the failure is known to the scope.
    done.catch(() => {});
    return done;
  }

  /**
   * Resolves when every listener, middleware and effect has ended, or at the deadline with a
   * warning that names what has not.
   *
   * @param deadline epoch milliseconds
   */
  async idle(deadline: number): Promise<void> {
    // Socket.IO dispatches through `process.nextTick`, so what an event starts begins a turn later.
    await turn();
    while (this.#open.size > 0) {
      const limit = this.#orphaned ? Math.min(deadline, Date.now() + ORPHAN_MS) : deadline;
      if (!(await this.#ended(limit))) {
        if (!this.#orphaned) this.#warnOfUnfinished();
        this.#open.clear();
        return;
      }
      await turn();
    }
  }

  #warnOfUnfinished(): void {
    const unfinished = [...new Set(this.#open.values())].join(", ");
    logWarning(`Not waiting any longer for: ${unfinished}`, this.#fields);
  }

  /** Waits for the last open thing to end; `false` at the deadline. */
  #ended(deadline: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), Math.max(0, deadline - Date.now()));
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve(true);
      };
    });
  }
}

const current = new AsyncLocalStorage<Scope>();
/** Work outside any event, such as a timer of the application's module. */
const ambient = new Scope(false, {});

export function runIn<T>(scope: Scope, work: () => T): T {
  return current.run(scope, work);
}

export function currentScope(): Scope {
  return current.getStore() ?? ambient;
}

/** The effects of whatever scope is current when they are asked for. */
export const scopedEffects: Effects = {
  isMuted: () => currentScope().muted,
  run: (label, effect) => currentScope().effect(label, effect),
};

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}
