import { AsyncLocalStorage } from "node:async_hooks";
import { defined } from "../defined";
import { type Fields, logError, logWarning } from "../log";
import { count } from "../metrics";
import type { ConnectionId, ConnectionRecord, Sender } from "../ports";
import { EffectChain, type EffectOrder } from "./effect-chain";
import { warnOfLoss } from "./lost-effects";
import { PendingWork } from "./pending-work";
import { Task } from "./task";

/** The connection whose events a context handles, or replays. */
export type Handled = Pick<ConnectionRecord, "id" | "protocol"> & { readonly sender?: Sender };

/**
 * - `event`: events of a connection are handled.
 * - `connectionless`: an operator's or an HTTP client's request, or a pending leave, is handled.
 * - `replay`: a connection handler runs again, and its effects have happened before.
 * - `setup`: objects of Socket.IO are made or released in memory, without any effect.
 * - `ambient`: the application acts outside of any invocation, such as in a timer of its module.
 */
export type Kind = "event" | "connectionless" | "replay" | "setup" | "ambient";

export interface ContextOptions {
  readonly kind: Kind;
  readonly connection?: Handled;
  /** For the log, where there is no connection. */
  readonly namespace?: string;
  /** Likewise, of an HTTP request: its method and path. */
  readonly route?: string;
  /** When the invocation stops waiting, epoch milliseconds. @default - never */
  readonly deadline?: number;
  /** Whether the event was delivered before. @default false */
  readonly repeated?: boolean;
  /** Its effects come after those that others have asked for in this order. @default - an order of its own */
  readonly order?: EffectOrder;
  /** The same each time that the event is delivered: what is drawn by chance can be drawn from it. @default - none */
  readonly seed?: string | undefined;
  /** Told of each listener that took a while, in milliseconds. */
  readonly onListener?: (label: string, tookMs: number) => void;
}

/** Effects that are counted by what they post. */
const POSTS: ReadonlySet<string> = new Set(["send", "broadcast"]);

/**
 * What an event does in one invocation: the work that has not ended, and its effects. Every continuation finds its own
 * through AsyncLocalStorage, so connections that share a batch never mix.
 */
export class EventContext {
  /** Whether its effects do not happen. */
  readonly isMuted: boolean;
  readonly connection: Handled | undefined;
  readonly deadline: number;
  readonly repeated: boolean;
  readonly seed: string | undefined;
  readonly #fields: Fields;
  readonly #work = new PendingWork();
  readonly #effects: EffectChain;
  readonly #onListener: ContextOptions["onListener"];
  readonly #reported = new WeakSet<Error>();
  #isGivenUp = false;
  #isOver: boolean;

  constructor({
    kind,
    connection,
    namespace,
    route,
    deadline = Number.POSITIVE_INFINITY,
    repeated = false,
    order,
    seed,
    onListener,
  }: ContextOptions) {
    this.isMuted = kind === "replay" || kind === "setup";
    this.connection = connection;
    this.deadline = deadline;
    this.repeated = repeated;
    this.seed = seed;
    this.#isOver = kind === "ambient";
    this.#effects = new EffectChain(this.#work, (label, error) => this.fail(label, error), order);
    this.#onListener = onListener;
    this.#fields = {
      ...defined({ connectionId: connection?.id, namespace, route }),
      ...(kind === "replay" && { replay: true }),
    };
  }

  get connectionId(): ConnectionId | undefined {
    return this.connection?.id;
  }

  /** The first effect that failed, if any: the event must be delivered again. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#effects.failure;
  }

  /** Whether no invocation waits for its effects. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** No invocation waits for its effects from here on; each place that still asks for one is logged. */
  end(): this {
    this.#isOver = true;
    return this;
  }

  /** The invocation has not waited: whatever still runs would run into the next one. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Notes that something has begun; the returned function says that it has ended. */
  begin(label: string): () => void {
    return this.#work.begin(label);
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
      const result = current.run({ context: this, task }, listener);
      if (!isThenable(result)) return;
      const ended = this.begin(label);
      const began = Date.now();
      const end = () => {
        this.#onListener?.(label, Date.now() - began);
        ended();
      };
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
    if (!POSTS.has(label)) this.connection?.sender?.noteWrite();
    return this.#effects.run(label, run);
  }

  /** See `Effects.runInBackground`. */
  runInBackground(label: string, work: () => Promise<void>): void {
    const end = this.begin(label);
    work()
      .catch((error) => logError(`Cannot ${label}`, error, this.#fields))
      .finally(end);
  }

  /** Invalid rooms and too large data fail on every retry; an unavailable table does not. */
  fail(label: string, error: unknown): void {
    if (error instanceof TypeError || error instanceof RangeError) {
      this.report(`an effect (${label})`, error);
    } else if (!this.failure) {
      count("Failures");
      logError(`Cannot ${label}`, error, this.#fields);
      // Outside of events nothing comes again, and one failure must not silence what follows.
      if (!this.#isOver) this.#effects.break(error);
    }
  }

  /**
   * Resolves when every listener, middleware and effect has ended, or at the deadline with a
   * warning that names what has not.
   */
  async idle(): Promise<void> {
    const unfinished = await this.#work.idle(this.deadline);
    if (unfinished.length === 0) return;
    logWarning(`Not waiting any longer for: ${unfinished.join(", ")}`, this.#fields);
    this.#isGivenUp = true;
    // A listener may be given up, but what was asked for has to happen.
    if (this.#effects.isPending) this.fail("finish in time", new Error("Out of time"));
  }
}

const current = new AsyncLocalStorage<{ readonly context: EventContext; readonly task?: Task }>();
const ambient = new EventContext({ kind: "ambient" });

export function runIn<T>(context: EventContext, work: () => T): T {
  return current.run({ context }, work);
}

/** Runs what makes or releases objects of Socket.IO in memory, without any effect. */
export function runQuietly<T>(work: () => T): T {
  return runIn(new EventContext({ kind: "setup" }), work);
}

/** See `adoptStrays`. */
let adopting: EventContext | undefined;

/**
 * Until it ends, a context gets what runs in no context or in one that has ended, such as the callback of a query over
 * a connection that was opened before. Only for a process that handles one event at a time.
 */
export function adoptStrays(context: EventContext): void {
  adopting = context;
}

export function currentContext(): EventContext {
  const context = current.getStore()?.context ?? ambient;
  return context.isOver && adopting?.isOver === false ? adopting : context;
}

/** The run of a listener that the caller is part of, if any. */
export function currentTask(): { abandon(): void } | undefined {
  return current.getStore()?.task;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}
