import type { Heap } from "./runtime";
import type { Scope } from "./scopes";
import { isThing, partsOf } from "./walk";

/**
 * What the application holds when it has been evaluated: each container has it again, at the same paths. So an object
 * of a package that nothing could write down is still the same in another container, and so is a Map that two modules
 * share.
 */
export class Born {
  readonly #paths = new WeakMap<object, string>();
  readonly #objects = new Map<string, object>();
  /** Paths below which every evaluation makes the same. */
  readonly #pure = new Set<string>();

  constructor(private readonly heap: Heap) {}

  /** Notes all that is there. */
  note(): void {
    const roots = [...this.heap.modules.values(), ...this.heap.evaluated.values()];
    for (const scope of roots) this.#noteVariables(scope, false);
    const { loaded, origins } = this.heap.closures;
    for (const owner of loaded) {
      const key = origins.get(owner);
      if (key) this.#walk(`${key.scope.key}|${key.id}#${key.number}`, staticsOf(owner), false);
    }
    for (const scope of roots) this.#noteVariables(scope, true);
  }

  pathOf(value: object): string | undefined {
    return this.#paths.get(value);
  }

  at(path: string): object | undefined {
    return this.#objects.get(path);
  }

  isPure(path: string): boolean {
    return this.#pure.has(path.split(" ", 1)[0] as string);
  }

  #noteVariables(scope: Scope, areForeign: boolean): void {
    for (const [place, { name, isForeign, isPure }] of scope.variables.entries()) {
      if (isForeign !== areForeign) continue;
      const path = `${scope.key}|${name}`.replaceAll(" ", "_");
      if (isPure) this.#pure.add(path);
      const value = scope.read(place);
      if (isForeign) this.#add(path, value);
      else this.#walk(path, value, true);
    }
  }

  #add(path: string, value: unknown): value is object {
    if (!isThing(value) || this.#paths.has(value)) return false;
    this.#paths.set(value, path);
    this.#objects.set(path, value);
    return true;
  }

  #walk(path: string, value: unknown, isNamed: boolean): void {
    if (isNamed && !this.#add(path, value)) return;
    if (typeof value !== "object" || value === null) return;
    if (isNamed && this.heap.host.referenceTo(value) !== undefined) return;
    let index = 0;
    for (const [, part] of partsOf(value, this.heap.closures)) {
      this.#walk(`${path} ${index++}`, part, true);
    }
  }
}

function staticsOf(owner: object): object {
  return Object.fromEntries(Object.entries(owner));
}
