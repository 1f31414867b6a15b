import type { Item } from "./item";

/**
 * The version of what items hold, in each that is put. An item without one is of the first: those that an update
 * makes, and those of before there were versions.
 *
 * Raise it with the first change that older code would misread. Newer code reads what older code wrote, so that a
 * deployment finds every client still there. Older code, which runs beside it for some seconds, refuses what is too
 * new for it; the event fails and comes again, to newer code by then.
 */
const FORMAT = 2;
/** Of what is put: it can still be read by older code. */
const PUT = 1;
/** Of a connection's item whose parts are apart. */
export const APART = 2;
/** Attribute name. */
export const NAME = "_";

export function marked(item: Item): Item {
  return { ...item, [NAME]: PUT };
}

/** @throws Error if newer code has written the item */
export function checked<Read extends Item | undefined>(item: Read): Read {
  const format = (item?.[NAME] as number | undefined) ?? 1;
  if (format <= FORMAT) return item;
  throw new Error(
    `Cannot read an item: expected format ${FORMAT} at most, got ${format}; newer functions have written it`,
  );
}
