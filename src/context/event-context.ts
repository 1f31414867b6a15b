import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as turn } from "node:timers/promises";
import { type Fields, logError, logWarning } from "../log";
import { count } from "../metrics";
import type { ConnectionId, ConnectionRecord, Effects, Sender } from "../ports";
import { traced } from "../tracing";
import { warnOfLoss } from "./lost-effects";

/** The connection whose events a scope handles. */
export type Handled = Pick<ConnectionRecord, "id" | "protocol"> & { readonly sender?: Sender };

/** Effects that are counted by what they post. */
const POSTS: ReadonlySet<string> = new Set(["send", "broadcast"]);

/**
 * What one connection's events are doing in one invocation: which listeners and middlewares have not
 * finished, and the chain of effects. Every continuation finds its own through AsyncLocalStorage, so
 * connections that share a batch never mix.
 */
export class Scope {
  /** When the invocation stops waiting, epoch milliseconds. */
  deadline = Number.POSITIVE_INFINITY;
  readonly #open = new Map<symbol, string>();
  #pendingEffects = 0;
  readonly #fields: Fields;
  #chain: Promise<unknown> = Promise.resolve();
  #wake: (() => void) | undefined;
  #isGivenUp = false;
  #isOver = false;
  readonly #reported = new WeakSet<Error>();
  #failure: { readonly error: unknown } | undefined;

  /** The connection whose events are handled; none outside of events. */
  get connectionId(): ConnectionId | undefined {
    return this.#fields.connectionId as ConnectionId | undefined;
  }

  /** That connection, where events are handled and not only replayed. */
  get connection(): Handled | undefined {
    return this.live;
  }

  /** @param muted whether this is a replay, whose effects have happened before. */
  constructor(
    readonly muted: boolean,
    fields: Fields,
    private readonly live?: Handled,
    /** Whether the event was delivered before. */
    readonly repeated = false,
  ) {
    this.#fields = fields;
  }

  /** The first effect that failed, if any: the event must be delivered again. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** No invocation waits for its effects from here on; each place that still asks for one is logged. */
  end(): this {
    this.#isOver = true;
    return this;
  }

  /** Whether what is done in it is lost, so far as no other invocation runs meanwhile. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The invocation has not waited: whatever still runs would run into the next one. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Notes that something has begun; the returned function says that it has ended. */
  begin(label: string): () => void {
    const key = Symbol(label);
    this.#open.set(key, label);
    return () => {
      if (this.#open.delete(key) && this.#open.size === 0) this.#wake?.();
    };
  }

  /**
   * Calls a listener and waits for what it returns. Its exception or rejection is logged and harms
   * no other listener.
   *
   * @param about whose listener it is, for the log
   */
  call(label: string, listener: () => unknown, about: () => Fields = () => ({})): void {
    const task = new Task();
    const fail = (error: unknown) => this.report(label, error, about());
    try {
      const result = current.run({ scope: this, task }, listener);
      if (!isThenable(result)) return;
      const end = this.begin(label);
      task.onAbandon(end);
      result.then(end, (error) => {
        fail(error);
        end();
      });
    } catch (error) {
      fail(error);
    }
  }

  /** An application error: logged with its stack, never thrown further. */
  report(label: string, error: unknown, about: Fields = {}): void {
    // A listener that awaits an effect fails with the effect's own error.
    if (error instanceof Error) {
      if (this.#reported.has(error)) return;
      this.#reported.add(error);
    }
    count("HandlerErrors");
    logError(`The application failed in ${label}`, error, { ...this.#fields, ...about });
  }

  /**
   * See `Effects.run`. After a failure of infrastructure the rest of the chain is skipped, since it
   * will come again; after a mistake of the application it goes on.
   */
  effect<T>(label: string, run: () => Promise<T>): Promise<T> {
    if (this.#isOver) warnOfLoss(label, "it may get lost");
    if (!POSTS.has(label)) this.live?.sender?.noteWrite();
    const end = this.begin(label);
    this.#pendingEffects++;
    const done = this.#chain.then(() => {
      if (this.#failure) throw this.#failure.error;
      return traced(label, run);
    });
    const settle = () => {
      this.#pendingEffects--;
      end();
    };
    this.#chain = done.then(settle, (error) => {
      this.fail(label, error);
      settle();
    });
    // The application may leave the promise alone; the failure is known to the scope.
    done.catch(() => {});
    return done;
  }

  /** See `Effects.runAside`. */
  aside(label: string, work: () => Promise<void>): void {
    const end = this.begin(label);
    work()
      .catch((error) => logError(`Cannot ${label}`, error, this.#fields))
      .finally(end);
  }

  /** Invalid rooms and too large data fail on every retry; an unavailable table does not. */
  fail(label: string, error: unknown): void {
    if (error instanceof TypeError || error instanceof RangeError) {
      this.report(`an effect (${label})`, error);
    } else if (!this.#failure) {
      count("Failures");
      logError(`Cannot ${label}`, error, this.#fields);
      // Outside of events nothing comes again, and one failure must not silence what follows.
      if (!this.#isOver) this.#failure = { error };
    }
  }

  /**
   * Resolves when every listener, middleware and effect has ended, or at the deadline with a
   * warning that names what has not.
   */
  async idle(): Promise<void> {
    // Socket.IO dispatches through `process.nextTick`, so what an event starts begins a turn later.
    await turn();
    while (this.#open.size > 0) {
      if (!(await this.#ended())) {
        this.#warnOfUnfinished();
        this.#open.clear();
        this.#isGivenUp = true;
        // A listener may be given up, but what was asked for has to happen.
        if (this.#pendingEffects > 0) this.fail("finish in time", new Error("Out of time"));
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
  #ended(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), Math.max(0, this.deadline - Date.now()));
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve(true);
      };
    });
  }
}

/** One run of a listener, for which its scope waits unless it is abandoned. */
class Task {
  #isAbandoned = false;
  #end: (() => void) | undefined;

  /** It awaits what will never come: the invocation stops waiting for it. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#end?.();
  }

  onAbandon(end: () => void): void {
    this.#end = end;
    if (this.#isAbandoned) end();
  }
}

const current = new AsyncLocalStorage<{ readonly scope: Scope; readonly task?: Task }>();
/** Work outside any event, such as a timer of the application's module: no invocation waits for it. */
const ambient = new Scope(false, {}).end();

export function runIn<T>(scope: Scope, work: () => T): T {
  return current.run({ scope }, work);
}

export function currentScope(): Scope {
  return current.getStore()?.scope ?? ambient;
}

/** The run of a listener that the caller is part of, if any. */
export function currentTask(): { abandon(): void } | undefined {
  return current.getStore()?.task;
}

/** The effects of whatever scope is current when they are asked for. */
export const scopedEffects: Effects = {
  isMuted: () => currentScope().muted,
  run: (label, effect) => currentScope().effect(label, effect),
  runAside: (label, work) => currentScope().aside(label, work),
  connection: () => currentScope().connection,
  sender: () => currentScope().connection?.sender,
  isRepeated: () => currentScope().repeated,
  deadline: () => currentScope().deadline,
};

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}
