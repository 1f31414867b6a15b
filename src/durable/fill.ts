import type { Heap } from "./runtime";
import { recordsOf } from "./walk";

/** A value that no container can have again: what evaluation has put there stays. */
export const LOST = Symbol("lost");

/** Properties with what makes their values. */
export type Fill = readonly (readonly [name: string, value: () => unknown])[];

/**
 * Gives an object the properties that are stored.
 *
 * @param wasThere whether it may have others, which are removed then
 */
export function fillProperties(object: object, fill: Fill, wasThere: boolean): void {
  const isFrozen = wasThere && Object.isFrozen(object);
  if (wasThere && !isFrozen) removeOthers(object, new Set(fill.map(([name]) => name)));
  for (const [name, make] of fill) {
    const value = make();
    const own = wasThere ? Object.getOwnPropertyDescriptor(object, name) : undefined;
    // A getter, or what evaluation alone can make.
    if (isFrozen || (own && (!own.writable || value === LOST))) continue;
    const stored = value === LOST ? undefined : value;
    if (own) Object.defineProperty(object, name, { value: stored });
    else define(object, name, stored);
  }
}

/** A setter of the class must not run: the value was stored as it is. */
function define(object: object, name: string, value: unknown): void {
  const descriptor = { value, writable: true, enumerable: true, configurable: true };
  Object.defineProperty(object, name, descriptor);
}

function removeOthers(object: object, names: ReadonlySet<string>): void {
  for (const name of Object.keys(object)) {
    if (names.has(name) || /^_events(Count)?$|^_maxListeners$/.test(name)) continue;
    if (Array.isArray(object) && /^\d+$/.test(name)) continue;
    Reflect.deleteProperty(object, name);
  }
}

/** Sets private fields, by the classes from the innermost outwards. */
export function fillPrivates(
  heap: Heap,
  object: object,
  fields: readonly (readonly unknown[])[],
): void {
  for (const [index, { open }] of [...recordsOf(object, heap.closures)].entries()) {
    for (const [place, value] of (fields[index] ?? []).entries()) {
      if (open && value !== LOST) setPrivate(heap, object, () => open(place, true, value, object));
    }
  }
}

/** A constructor that cannot do without its arguments makes no private fields. */
function setPrivate(heap: Heap, object: object, set: () => void): void {
  try {
    set();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const reason =
      "its constructor fails without arguments, so its private fields cannot be put back";
    heap.host.lost({ path: `an instance of ${object.constructor.name}`, place: "", reason });
  }
}
