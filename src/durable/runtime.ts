import { randomBytes } from "node:crypto";
import type { MemoryHost } from "../ports";
import { Closures, type Opener } from "./closures";
import { type Access, type Closure, type Makers, readVariables, Scope } from "./scopes";
import { promisifiable, Timers } from "./timers";

type Call = (...args: unknown[]) => unknown;

/** What an application holds, as its compiled code reports it while it runs. */
export class Heap {
  readonly closures = new Closures();
  readonly timers: Timers;
  /** In the order of evaluation. */
  readonly modules = new Map<string, Scope>();
  /** Runs that are part of the evaluation: each container has them again, by the same keys. */
  readonly evaluated = new Map<string, Scope>();
  isEvaluating = true;
  isMuted = false;
  /** Whether constructors are to make empty instances. */
  isReviving = false;
  /** Whether a timer that has fired may be set again by `refresh`. */
  keepsEndedTimers = false;
  /** Timers that evaluation has set: each does so again. */
  readonly evaluatedTimers = new Set<string>();

  constructor(readonly host: MemoryHost) {
    this.timers = new Timers(() => host.now());
  }

  module(path: string, names: string, access: Access): Scope {
    const scope = new Scope(undefined, "", readVariables(names), access);
    scope.key = path;
    this.modules.set(path, scope);
    if (!this.isEvaluating && scope.variables.length > 0) this.#nameLate(path);
    return scope;
  }

  /** Another container has not loaded it when it puts back what was stored. */
  #nameLate(file: string): void {
    const reason =
      "the file was loaded by a later event, so they begin anew in each container: load it at the top of a file";
    this.host.lost({ path: `the variables of ${file}`, place: file, reason });
  }

  scope(parent: Scope | undefined, id: string, names: string, access: Access): Scope {
    const scope = new Scope(parent, id, readVariables(names), access);
    if (this.isEvaluating && parent?.key !== undefined) {
      scope.key = `${parent.key}/${id}#${parent.next(`/${id}`)}`;
      this.evaluated.set(scope.key, scope);
    }
    return scope;
  }

  /** Whether each container has a run by itself. */
  isEvaluated(scope: Scope): boolean {
    return scope.key !== undefined && this.evaluated.get(scope.key) === scope;
  }

  keyOf(scope: Scope): string {
    scope.key ??= `~${randomBytes(6).toString("base64url")}`;
    return scope.key;
  }

  setTimer(fn: unknown, delay: unknown, args: unknown[], repeats: boolean): unknown {
    if (this.host.hasNoTimers) return nativeTimer(fn as Call, delay as number, args, repeats);
    const isKept = typeof fn === "function" && this.#canKeep(fn as Call);
    if (this.isMuted || this.isReviving) return this.timers.handle("");
    if (!isKept) return this.#waitFor(fn as Call, delay as number, args, repeats);
    const owner = this.host.owner?.();
    const id = this.isEvaluating ? this.#evaluatedTimer(fn as Call) : newTimer();
    return this.timers.add(id, { fn: fn as Call, delay, args, repeats, owner });
  }

  #canKeep(fn: Call): boolean {
    return this.closures.has(fn) || this.host.referenceTo(fn) !== undefined;
  }

  /** Called again by each evaluation, so its name has to be the same each time. */
  #evaluatedTimer(fn: Call): string {
    const origin = this.closures.origins.get(fn);
    const method = this.closures.methods.get(fn);
    const name = `${origin?.scope.key ?? ""}/${origin?.id ?? method?.name ?? "bound"}`;
    let number = 0;
    while (this.evaluatedTimers.has(`${name}#${number}`)) number++;
    this.evaluatedTimers.add(`${name}#${number}`);
    return `${name}#${number}`;
  }

  /** The function of a promise, as in `await new Promise((resolve) => setTimeout(resolve, 100))`, ends with its event. */
  #waitFor(fn: Call, delay: number, args: unknown[], repeats: boolean): unknown {
    if (repeats) {
      const reason =
        "a package's function cannot be kept, so each container has an interval of its own";
      this.host.lost({ path: `setInterval(${fn.name})`, place: "", reason });
      return setInterval(fn, delay, ...args);
    }
    const end = this.host.begin("a timer");
    const timer = setTimeout(
      (...given: unknown[]) => {
        end();
        fn(...given);
      },
      delay,
      ...args,
    );
    const { close } = timer;
    ends.set(timer, end);
    timer.close = () => {
      end();
      return close.call(timer);
    };
    return timer;
  }

  clearTimer(timer: unknown, native: (timer: undefined) => void): void {
    if (this.host.hasNoTimers) return native(timer as undefined);
    if (this.isMuted || this.timers.clear(timer)) return;
    if (typeof timer === "object" && timer !== null) ends.get(timer)?.();
    native(timer as undefined);
  }
}

function nativeTimer(fn: Call, delay: number, args: unknown[], repeats: boolean): unknown {
  return (repeats ? setInterval : setTimeout)(fn, delay, ...args);
}

/** What waits for timers of promises. */
const ends = new WeakMap<object, () => void>();

function newTimer(): string {
  return `~${randomBytes(6).toString("base64url")}`;
}

/** What compiled code calls; its names are short, since they stand in each bundle many times. */
export function runtimeOf(heap: Heap) {
  const { closures } = heap;
  return {
    /** A module is evaluated. */
    m(path: string, names: string, access: Access, refreshes?: 1) {
      if (refreshes) heap.keepsEndedTimers = true;
      return heap.module(path, names, access);
    },
    /** A scope whose variables are captured begins. */
    s: (parent: Scope | undefined, id: string, names: string, access: Access) =>
      heap.scope(parent, id, names, access),
    /** A closure is made. */
    f<T extends Closure>(scope: Scope | undefined, id: string, fn: T, name?: string): T {
      if (name !== undefined) Object.defineProperty(fn, "name", { value: name });
      return scope ? closures.tag(scope, id, fn, heap.isEvaluating) : fn;
    },
    /** A closure is made inside of one that was made again. */
    a(scope: Scope, id: string) {
      const make = scope.makerOf(id);
      if (!make) throw new Error(`Expected a closure ${id}, got none: the bundle is not whole`);
      return closures.make(scope, id, make);
    },
    /** An object with methods is made. */
    o<T extends Record<string, unknown>>(scope: Scope | undefined, object: T, names: string[]): T {
      for (let at = 0; scope && at < names.length; at += 2) {
        const fn = Object.getOwnPropertyDescriptor(object, names[at] as string)?.value;
        if (typeof fn !== "function") continue;
        closures.tag(scope, names[at + 1] as string, fn, heap.isEvaluating);
      }
      return object;
    },
    /** A class is made. */
    k(
      ...[scope, id, owner, privates = "", open = 0, shared = "", openShared = 0]: [
        ...[scope: Scope | undefined, id: string, owner: Closure],
        ...[privates?: string, open?: Opener | 0, shared?: string, openShared?: Opener | 0],
      ]
    ) {
      if (!scope) return;
      closures.tag(scope, id, owner, heap.isEvaluating);
      const list = (names: string) => names.split(" ").filter(Boolean);
      const record = { privates: list(privates), staticPrivates: list(shared) };
      closures.addClass(owner, {
        ...record,
        open: open || undefined,
        openStatic: openShared || undefined,
      });
    },
    /** How closures are made again. */
    d: (scope: Scope | undefined, makers: Makers) => scope?.addMakers(makers),
    /** A function is bound. */
    b(fn: Closure, ...args: unknown[]) {
      const bound = fn.bind(...(args as [unknown]));
      if (typeof fn === "function") closures.bindings.set(bound, [fn, ...args]);
      return bound;
    },
    setTimeout: promisifiable((fn: unknown, delay?: unknown, ...args: unknown[]) =>
      heap.setTimer(fn, delay, args, false),
    ),
    setInterval: (fn: unknown, delay?: unknown, ...args: unknown[]) =>
      heap.setTimer(fn, delay, args, true),
    clearTimeout: (timer: unknown) => heap.clearTimer(timer, clearTimeout),
    clearInterval: (timer: unknown) => heap.clearTimer(timer, clearInterval),
    /** Whether constructors are to make empty instances. */
    get v() {
      return heap.isReviving;
    },
  };
}
