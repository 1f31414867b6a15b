import { EventEmitter } from "node:events";

/** Larger ones are times. */
const MOST = 1e9;

/** Numbers that an object of a package shows as its own, by name. */
type Counts = ReadonlyMap<string, number>;

/**
 * Watches objects of packages that the evaluation has made. Their own numbers change with what they keep, as those of a
 * game or a queue do. Database clients, loggers and servers do not count so, or they are emitters, which are left out.
 */
export class CountWatch {
  readonly #beginning = new WeakMap<object, Counts>();

  /**
   * Why another container will not have what the object holds now; `undefined` if nothing shows that it has changed. Ask
   * first when the application has been evaluated: that is what it is compared with.
   */
  reasonFor(object: object): string | undefined {
    const now = countsOf(object);
    const before = this.#beginning.get(object) ?? now;
    this.#beginning.set(object, before);
    const changed = [...before].find(([name, count]) => now.has(name) && now.get(name) !== count);
    if (!changed) return undefined;
    const maker = object.constructor?.name || "a package";
    return `an object of ${maker} has changed (its ${changed[0]}), and begins anew in each container`;
  }
}

function countsOf(object: object): Counts {
  const counts = new Map<string, number>();
  if (object instanceof EventEmitter) return counts;
  for (const name of Object.keys(object)) {
    const own = Object.getOwnPropertyDescriptor(object, name)?.value;
    if (typeof own === "number" && Math.abs(own) < MOST) counts.set(name, own);
  }
  return counts;
}
