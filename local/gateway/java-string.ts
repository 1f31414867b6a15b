/**
 * Methods of `java.lang.String` that templates may call on a text: in Velocity a text is a Java string, so a
 * template that reads beyond its end fails, where JavaScript would quietly give less.
 */
const methods: Readonly<Record<string, (text: string, ...args: never[]) => unknown>> = {
  length: (text) => text.length,
  isEmpty: (text) => text.length === 0,
  charAt: (text, index: number) => within(text, index, index + 1),
  substring: (text, start: number, end: number = text.length) => within(text, start, end),
  startsWith: (text, prefix: string, offset = 0) => text.startsWith(prefix, offset),
  endsWith: (text, suffix: string) => text.endsWith(suffix),
  contains: (text, part: string) => text.includes(part),
  indexOf: (text, part: string, from = 0) => text.indexOf(part, from),
  lastIndexOf: (text, part: string) => text.lastIndexOf(part),
  equals: (text, other: unknown) => text === other,
  equalsIgnoreCase: (text, other: string) => text.toLowerCase() === String(other).toLowerCase(),
  concat: (text, other: string) => text + other,
  trim: (text) => text.trim(),
  toLowerCase: (text) => text.toLowerCase(),
  toUpperCase: (text) => text.toUpperCase(),
  toString: (text: string) => text,
  matches: (text, pattern: string) => new RegExp(`^(?:${pattern})$`).test(text),
  replace: (text, from: string, to: string) => text.replaceAll(from, () => to),
  replaceAll: (text, pattern: string, to: string) => text.replace(new RegExp(pattern, "g"), to),
  replaceFirst: (text, pattern: string, to: string) => text.replace(new RegExp(pattern), to),
  split: (text, pattern: string) => text.split(new RegExp(pattern)),
};

/** Whether a text has a method of this name. */
export function hasStringMethod(name: string): boolean {
  return Object.hasOwn(methods, name);
}

/** Calls a method of `java.lang.String`. */
export function callStringMethod(text: string, name: string, args: readonly unknown[]): unknown {
  const method = methods[name];
  if (method === undefined) throw new Error(`Cannot call ${name}(): expected a method of String`);
  return method(text, ...(args as never[]));
}

function within(text: string, start: number, end: number): string {
  if (start >= 0 && start <= end && end <= text.length) return text.slice(start, end);
  throw new RangeError(
    `Cannot take a part of a text: expected 0 to ${text.length}, got ${start} to ${end} (StringIndexOutOfBoundsException)`,
  );
}
