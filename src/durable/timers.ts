import { promisify } from "node:util";
import type { MemoryReference } from "../ports";

/** What compiled code gets from `setTimeout` and `setInterval`: as Node's `Timeout`, but kept. */
export class MemoryTimer {
  /** Private, so that JSON of what holds the timer has nothing of the others. */
  readonly #timers: Timers;

  constructor(
    readonly id: string,
    timers: Timers,
  ) {
    this.#timers = timers;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  refresh(): this {
    this.#timers.refresh(this);
    return this;
  }

  close(): this {
    this.#timers.clear(this);
    return this;
  }

  [Symbol.toPrimitive](): string {
    return this.id;
  }
}

/** A timer that waits. */
export interface Waiting {
  readonly handle: MemoryTimer;
  due: number;
  readonly delay: number;
  readonly repeats: boolean;
  /** Of two that are due at once, the one that was set first fires first. */
  order: number;
  readonly fn: (...args: unknown[]) => unknown;
  readonly args: readonly unknown[];
  readonly owner: MemoryReference | undefined;
}

const LONGEST = 2 ** 31 - 1;

/** Stands where a timer that has fired has no time to be due. */
export const FIRED = -1;

/** As Node corrects delays. https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
export function correctDelay(delay: unknown): number {
  const number = Number(delay);
  return number >= 1 && number <= LONGEST ? Math.trunc(number) : 1;
}

/** The timers of an application, in the order in which they are due. */
export class Timers {
  readonly waiting = new Map<string, Waiting>();
  readonly #handles = new Map<string, WeakRef<MemoryTimer>>();
  readonly #forgotten = new FinalizationRegistry((id: string) => {
    if (!this.#handles.get(id)?.deref()) this.#handles.delete(id);
  });
  /** What has fired or was cleared: as in Node, `refresh` sets the former again. */
  readonly #ended = new WeakMap<MemoryTimer, Waiting | "cleared">();
  #order = 0;

  constructor(private readonly now: () => number) {}

  add(
    id: string,
    timer: Pick<Waiting, "fn" | "args" | "repeats" | "owner"> & { readonly delay: unknown },
  ): MemoryTimer {
    const handle = this.handle(id);
    const delay = correctDelay(timer.delay);
    const due = this.now() + delay;
    this.waiting.set(id, { ...timer, handle, delay, due, order: this.#order++ });
    return handle;
  }

  /** A timer that was set in another container. */
  put(id: string, timer: Omit<Waiting, "handle">): void {
    this.#order = Math.max(this.#order, timer.order + 1);
    const handle = this.handle(id);
    if (timer.due === FIRED) this.#ended.set(handle, { ...timer, handle });
    else this.waiting.set(id, { ...timer, handle });
  }

  /** What a timer that has fired did. */
  fired(handle: MemoryTimer): Waiting | undefined {
    const ended = this.waiting.has(handle.id) ? undefined : this.#ended.get(handle);
    return ended === "cleared" ? undefined : ended;
  }

  /** Also of a timer that has fired: variables may hold it all the same. */
  handle(id: string): MemoryTimer {
    const known = this.#handles.get(id)?.deref();
    if (known) return known;
    const handle = new MemoryTimer(id, this);
    this.#handles.set(id, new WeakRef(handle));
    this.#forgotten.register(handle, id);
    return handle;
  }

  /** Takes what Node's `clearTimeout` takes, as far as it is of the memory. */
  clear(timer: unknown): boolean {
    const id = timer instanceof MemoryTimer ? timer.id : timer;
    if (typeof id !== "string") return false;
    const handle = this.#handles.get(id)?.deref();
    if (handle) this.#ended.set(handle, "cleared");
    return this.waiting.delete(id);
  }

  refresh(handle: MemoryTimer): void {
    const timer = this.waiting.get(handle.id) ?? this.#ended.get(handle);
    if (!timer || timer === "cleared") return;
    const due = this.now() + timer.delay;
    this.waiting.set(handle.id, { ...timer, due, order: this.#order++ });
  }

  /** @param withIntervals whether intervals count, too */
  first(withIntervals = true): Waiting | undefined {
    let first: Waiting | undefined;
    for (const one of this.waiting.values()) {
      if (one.repeats && !withIntervals) continue;
      if (!first || one.due < first.due || (one.due === first.due && one.order < first.order)) {
        first = one;
      }
    }
    return first;
  }

  /** What is due first at a time, taken out; an interval is due again. */
  take(now: number): Waiting | undefined {
    const first = this.first();
    if (!first || first.due > now) return undefined;
    if (!first.repeats) {
      this.waiting.delete(first.handle.id);
      this.#ended.set(first.handle, first);
    }
    const taken = { ...first };
    if (first.repeats) Object.assign(first, { due: nextTick(first, now), order: this.#order++ });
    return taken;
  }
}

/**
 * An interval that no event has run in time makes up for what it has missed in this time, milliseconds: a message wakes
 * the lane once a second. What is older is dropped, as Node drops the ticks of a process that slept.
 */
const MADE_UP_MS = 2000;

function nextTick({ due, delay }: Waiting, now: number): number {
  const dropped = Math.floor((now - MADE_UP_MS - due) / delay);
  return due + delay * Math.max(1, dropped);
}

/** `util.promisify(setTimeout)` is Node's own, which waits within the event. */
export function promisifiable<T extends object>(fn: T): T {
  const native = (setTimeout as { [promisify.custom]?: unknown })[promisify.custom];
  return Object.assign(fn, { [promisify.custom]: native });
}
