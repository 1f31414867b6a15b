import { hiddenNames } from "./hidden";
import { kindOf } from "./kinds";
import { get, ownNames } from "./walk";

/**
 * Whether JSON says all of a value: its identity, too, as no other holds a part of it and none stands in it twice.
 *
 * @param isHeld whether another entry holds an object
 */
export function saysAll(
  value: unknown,
  isHeld: (object: object) => boolean,
  seen = new Set<object>(),
): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object") return typeof value === "string" || typeof value === "boolean";
  if (value === null) return true;
  if (seen.has(value) || isHeld(value) || "toJSON" in value) return false;
  seen.add(value);
  const kind = kindOf(value);
  const names = ownNames(value);
  if (kind === "array") {
    const list = value as readonly unknown[];
    return names.length === 0 && allOf(list.keys(), (index) => index in list && ok(list[index]));
  }
  if (hiddenNames(value, kind).length > 0) return false;
  return kind === "object" && names.every((name) => ok(get(value, name)));

  function ok(part: unknown): boolean {
    return saysAll(part, isHeld, seen);
  }
}

function allOf<T>(list: Iterable<T>, test: (one: T) => boolean): boolean {
  for (const one of list) if (!test(one)) return false;
  return true;
}
