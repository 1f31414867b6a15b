/** Entries of which some may be missing, as `exactOptionalPropertyTypes` has them. */
export type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/**
 * The entries that have a value. An entry that is there with `undefined` would be another thing to an item's attributes,
 * to `in` and to `Object.keys`.
 */
export function defined<T extends object>(entries: T): Defined<T> {
  const some: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(entries)) {
    if (value !== undefined) some[name] = value;
  }
  return some as Defined<T>;
}

/** A list that is worth an entry. */
export function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}
