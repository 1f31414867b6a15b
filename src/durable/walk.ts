import type { EventEmitter } from "node:events";
import type { Closures, Opener } from "./closures";
import { hiddenNames } from "./hidden";
import { baseOf, bufferOf, EMITTER_PROPERTIES, kindOf, listenersOf } from "./kinds";
import type { Closure, Scope } from "./scopes";

/** A part of a value, and how the source would write the way to it. */
export type Part = readonly [step: string, value: unknown];

/** What a value holds that the memory keeps with it; nothing for what it does not look into. */
export function* partsOf(value: object, closures: Closures): Generator<Part> {
  switch (kindOf(value)) {
    case "object":
    case "null":
    case "error":
      return yield* propertiesOf(value);
    case "bytes": {
      const buffer = bufferOf(value as ArrayBufferView);
      if (buffer) yield [".buffer", buffer];
      return;
    }
    case "array":
    case "arguments":
      for (const [index, one] of Object.entries(value)) yield [`[${index}]`, one];
      return;
    case "map":
    case "set":
    case "emitter":
      yield* propertiesOf(value);
      return yield* contentOf(value);
    case "instance": {
      if (!classOf(value, closures)) return;
      yield* propertiesOf(value);
      yield* contentOf(value);
      return yield* privatesOf(value, closures);
    }
  }
}

function* propertiesOf(value: object): Generator<Part> {
  for (const name of [...ownNames(value), ...hiddenNames(value, kindOf(value))]) {
    yield [/^[\w$]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`, get(value, name)];
  }
}

function* contentOf(value: object): Generator<Part> {
  switch (baseOf(value)) {
    case "map":
      for (const [key, one] of Map.prototype.entries.call(value)) {
        yield [`.keys()`, key];
        yield [`.get(${show(key)})`, one];
      }
      return;
    case "set":
      for (const one of Set.prototype.values.call(value)) yield ["(an element)", one];
      return;
    case "emitter":
      for (const [event, fn] of listenersOf(value as EventEmitter)) {
        yield [` (a listener for ${show(event)})`, fn];
      }
  }
}

/** Private fields of an instance, from the innermost class outwards. */
export function* privatesOf(value: object, closures: Closures): Generator<Part> {
  for (const { privates, open } of recordsOf(value, closures)) {
    for (const [place, name] of privates.entries()) {
      yield [`.${name}`, openField(open, place, value)];
    }
  }
}

/** The classes of the application that an instance is of. */
export function* recordsOf(value: object, closures: Closures) {
  for (let at = classOf(value, closures); at; at = Object.getPrototypeOf(at)) {
    const record = closures.classes.get(at);
    if (record) yield record;
  }
}

/** `undefined` where the constructor has not come to it. */
export function openField(open: Opener | undefined, place: number, object: unknown): unknown {
  try {
    return open?.(place, false, undefined, object);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The class or constructor function of the application that has made an instance. */
export function classOf(value: object, closures: Closures): Closure | undefined {
  const prototype: object | null = Object.getPrototypeOf(value);
  if (!prototype) return undefined;
  const maker = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  if (typeof maker !== "function" || maker.prototype !== prototype) {
    return closures.ownerOf(prototype);
  }
  return closures.origins.has(maker) ? maker : undefined;
}

/** The enumerable properties that are kept by name: not the elements of an array, nor what an emitter keeps its listeners in. */
export function ownNames(value: object): string[] {
  const names = Object.keys(value);
  switch (baseOf(value)) {
    case "array":
      return names.filter((name) => !/^\d+$/.test(name));
    case "emitter":
      return names.filter((name) => !EMITTER_PROPERTIES.has(name));
    default:
      return names;
  }
}

/** What is one and the same wherever it is held. */
export function isThing(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

export function get(value: object, name: string): unknown {
  return (value as Record<string, unknown>)[name];
}

function show(key: unknown): string {
  if (typeof key === "string")
    return JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key);
  return typeof key === "object" ? "…" : String(key);
}

/** How messages call a variable, and where it is. */
export function describeVariable(scope: Scope, place: number): { path: string; place: string } {
  const variable = scope.variables[place];
  const file = scope.module?.key ?? "an unknown file";
  return { path: variable?.name ?? "?", place: `${file}:${variable?.line ?? 0}` };
}
