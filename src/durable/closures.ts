import type { Closure, Scope } from "./scopes";

/** Where a closure comes from. */
export interface Origin {
  readonly scope: Scope;
  readonly id: string;
  /** Tells closures of one origin apart; given when it is first stored. */
  number?: number;
}

/** `fn.bind(…)`: the function and what it is bound to. */
export type Binding = readonly [fn: Closure, ...args: readonly unknown[]];

/** A method that a class has given to its instances. */
export interface Method {
  readonly owner: Closure;
  readonly name: string;
  readonly isStatic: boolean;
}

/** Reads a private field of an object by its place, or with `set` gives it a value. */
export type Opener = (place: number, set: boolean, value: unknown, object: unknown) => unknown;

/** What a class says of itself. */
export interface ClassRecord {
  readonly privates: readonly string[];
  readonly open: Opener | undefined;
  readonly staticPrivates: readonly string[];
  readonly openStatic: Opener | undefined;
}

/** What is known of functions; all weak, so that what the application drops is dropped here. */
export class Closures {
  readonly origins = new WeakMap<Closure, Origin>();
  readonly bindings = new WeakMap<Closure, Binding>();
  readonly methods = new WeakMap<Closure, Method>();
  readonly classes = new WeakMap<Closure, ClassRecord>();
  /** Functions and classes that loading has made: each container has them, and their properties are kept. */
  readonly loaded = new Set<Closure>();
  /** Forgets the closures that were made again, while those of one connection are. */
  #forget: (() => void)[] | undefined;

  readonly #owners = new WeakMap<object, Closure | "none">();

  /** The function of loading whose instances have a prototype that does not name it: `Player.prototype = { … }`. */
  ownerOf(prototype: object): Closure | undefined {
    if (Object.hasOwn(prototype, "constructor")) return undefined;
    const known = this.#owners.get(prototype);
    const owner = known ?? [...this.loaded].find((fn) => fn.prototype === prototype) ?? "none";
    this.#owners.set(prototype, owner);
    return owner === "none" ? undefined : owner;
  }

  /** Whether another container can make a function again. */
  has(fn: Closure): boolean {
    return this.origins.has(fn) || this.bindings.has(fn) || this.methods.has(fn);
  }

  tag<T extends Closure>(scope: Scope, id: string, fn: T, isLoaded: boolean): T {
    const origin: Origin = { scope, id };
    this.origins.set(fn, origin);
    if (isLoaded) {
      this.loaded.add(fn);
      origin.number = scope.next(id);
      numbered(scope, id).set(origin.number, fn);
    }
    return fn;
  }

  /** The closure of that name and number in a scope; undefined if this version of the application has none. */
  again(scope: Scope, id: string, number: number): Closure | undefined {
    const made = numbered(scope, id);
    const known = made.get(number);
    if (known) return known;
    const make = scope.makerOf(id);
    // A function that evaluation has made has no maker; all of one place are alike.
    if (!make) return made.values().next().value;
    const fn = this.make(scope, id, make);
    const origin = this.origins.get(fn);
    if (origin) origin.number = number;
    scope.skip(id, number);
    made.set(number, fn);
    this.#forget?.push(() => void made.delete(number));
    return fn;
  }

  /** Makes closures of one connection again: another connection has its own, also where the number is the same. */
  apart(make: () => void): void {
    this.#forget = [];
    try {
      make();
    } finally {
      for (const forget of this.#forget) forget();
      this.#forget = undefined;
    }
  }

  /** Makes a closure again; one with a name of its own, and a class, say themselves where they are from. */
  make(scope: Scope, id: string, make: (scope: Scope) => Closure): Closure {
    const fn = make(scope);
    return this.origins.has(fn) ? fn : this.tag(scope, id, fn, false);
  }

  addClass(owner: Closure, record: ClassRecord): void {
    this.classes.set(owner, record);
    this.#addMethods(owner, owner.prototype, false);
    this.#addMethods(owner, owner, true);
  }

  #addMethods(owner: Closure, object: object, isStatic: boolean): void {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
      if (typeof value !== "function" || name === "constructor" || this.has(value)) continue;
      this.methods.set(value, { owner, name, isStatic });
    }
  }
}

function numbered(scope: Scope, id: string): Map<number, Closure> {
  const known = scope.made.get(id);
  if (known) return known;
  const made = new Map<number, Closure>();
  scope.made.set(id, made);
  return made;
}
