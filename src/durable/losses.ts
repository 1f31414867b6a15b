import type { Heap } from "./runtime";
import type { Closure, Scope } from "./scopes";
import { describeVariable, partsOf } from "./walk";

/** A place from which all is reached that the memory keeps. */
export interface Root {
  readonly path: string;
  readonly place: string;
  readonly value: unknown;
}

/** The variables of scopes, as roots; those of frames say whose they are. */
export function rootsOf(scopes: Iterable<Scope>): Root[] {
  return [...scopes].flatMap((scope) =>
    scope.variables.flatMap((variable, at) => {
      if (variable.isForeign) return [];
      const { path, place } = describeVariable(scope, at);
      return [{ path, place, value: scope.read(at) }];
    }),
  );
}

/** How the source gets to a value; slow, so only for what has to be told. */
export function findPath(
  heap: Heap,
  roots: readonly Root[],
  wanted: unknown,
): Pick<Root, "path" | "place"> | undefined {
  const seen = new Set<unknown>();
  let waiting: readonly Root[] = roots;
  while (waiting.length > 0) {
    const next: Root[] = [];
    for (const { path, place, value } of waiting) {
      if (value === wanted) return { path, place };
      if (typeof value !== "object" || value === null || seen.has(value)) {
        next.push(...ofFunction(heap, { path, place, value }));
        continue;
      }
      seen.add(value);
      for (const [step, part] of partsOf(value, heap.closures)) {
        next.push({ path: path + step, place, value: part });
      }
    }
    waiting = next;
  }
  return undefined;
}

function ofFunction(heap: Heap, { path, place, value }: Root): Root[] {
  if (typeof value !== "function") return [];
  const bound = heap.closures.bindings.get(value as Closure) ?? [];
  return bound.map((one) => ({ path: `${path} (bound)`, place, value: one }));
}
