import { EventEmitter } from "node:events";
import { types } from "node:util";

/** What can be written down without knowing the application. */
export type Kind =
  | "object"
  | "null"
  | "array"
  | "map"
  | "set"
  | "date"
  | "regexp"
  | "url"
  | "query"
  | "bytes"
  | "buffer"
  | "error"
  | "emitter"
  | "arguments"
  | "instance";

const byPrototype = new Map<object | null, Kind>([
  [Object.prototype, "object"],
  [null, "null"],
  [Array.prototype, "array"],
  [Map.prototype, "map"],
  [Set.prototype, "set"],
  [Date.prototype, "date"],
  [RegExp.prototype, "regexp"],
  [URL.prototype, "url"],
  [URLSearchParams.prototype, "query"],
  [ArrayBuffer.prototype, "buffer"],
  [EventEmitter.prototype, "emitter"],
]);

export const BYTES = [
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array, DataView, Buffer],
] as const;
for (const type of BYTES) byPrototype.set(type.prototype, "bytes");

/**
 * The buffer of a view, which others may show, too; `undefined` for a part of what Node has cut many buffers from, and for
 * memory that threads share: of these, the view's own bytes are kept.
 * https://nodejs.org/api/buffer.html#bufferpoolsize
 */
export function bufferOf({ buffer, byteLength }: ArrayBufferView): ArrayBuffer | undefined {
  if (Object.getPrototypeOf(buffer) !== ArrayBuffer.prototype) return undefined;
  const isPart = byteLength < buffer.byteLength;
  return isPart && buffer.byteLength === Buffer.poolSize ? undefined : (buffer as ArrayBuffer);
}

export const ERRORS = [
  ...[Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError],
];
for (const type of ERRORS) byPrototype.set(type.prototype, "error");

export function kindOf(value: object): Kind {
  const kind = byPrototype.get(Object.getPrototypeOf(value));
  if (kind === undefined || types.isProxy(value)) return "instance";
  return kind === "object" && isArguments(value) ? "arguments" : kind;
}

function isArguments(value: object): boolean {
  return Symbol.toStringTag in value
    ? false
    : Symbol.iterator in value && Object.prototype.toString.call(value) === "[object Arguments]";
}

/** The built-in class that an application's class extends; what it holds is not in its properties. */
export type Base = "map" | "set" | "array" | "error" | "emitter" | undefined;

export function baseOf(value: object): Base {
  if (value instanceof Map) return "map";
  if (value instanceof Set) return "set";
  if (Array.isArray(value)) return "array";
  if (value instanceof Error) return "error";
  return value instanceof EventEmitter ? "emitter" : undefined;
}

/** Properties of Node's emitters that their listeners are kept in. */
export const EMITTER_PROPERTIES = new Set(["_events", "_eventsCount", "_maxListeners"]);

/** The listeners of an emitter in their order: event, function, whether it is called once. */
export function listenersOf(
  emitter: Pick<EventEmitter, "eventNames" | "rawListeners">,
): [string | symbol, unknown, boolean][] {
  return emitter.eventNames().flatMap((event) =>
    emitter.rawListeners(event).map((raw): [string | symbol, unknown, boolean] => {
      const inner = (raw as { readonly listener?: unknown }).listener;
      return typeof inner === "function" && raw.name.startsWith("bound onceWrapper")
        ? [event, inner, true]
        : [event, raw, false];
    }),
  );
}
