import type { Kind } from "./kinds";

/** What a loop does not show of what is written with its value: of errors, and of lists. */
const OTHERWISE = new Set(["message", "stack", "length"]);

/** Kinds of which each element is a property, or that have no properties. */
const NOT_ASKED = new Set<Kind>(["array", "arguments", "bytes", "buffer", "date", "regexp"]);

/**
 * Properties of an object that no loop shows: those of `Object.defineProperty`, by which applications keep a socket or a
 * timer out of JSON, and the cause of an error.
 */
export function hiddenNames(value: object, kind: Kind): readonly string[] {
  if (NOT_ASKED.has(kind) || Array.isArray(value)) return [];
  const all = Object.getOwnPropertyNames(value);
  if (all.length === Object.keys(value).length) return [];
  return all.filter((name) => !OTHERWISE.has(name) && isHidden(value, name));
}

function isHidden(value: object, name: string): boolean {
  const own = Object.getOwnPropertyDescriptor(value, name);
  return own?.enumerable === false && "value" in own;
}

/** Gives an object such a property; one that evaluation has made stays as it is but for its value. */
export function hide(object: object, name: string, value: unknown): void {
  const own = Object.getOwnPropertyDescriptor(object, name);
  const isFixed = own ? !(own.configurable || own.writable) : !Object.isExtensible(object);
  if (isFixed) return;
  const made = { writable: true, enumerable: false, configurable: true };
  Object.defineProperty(object, name, { ...(!own && made), value });
}
