import { EventEmitter } from "node:events";
import { hide } from "./hidden";
import { BYTES, baseOf, ERRORS, kindOf } from "./kinds";
import type { Node, Tagged } from "./nodes";
import type { Heap } from "./runtime";
import type { Closure } from "./scopes";

/** Objects before they are filled. */
export function emptyOf(tag: string, rest: Tagged): object {
  switch (tag[0]) {
    case "a":
      return [];
    case "m":
      return new Map();
    case "s":
      return new Set();
    case "N":
      return Object.create(null);
    case "E":
      return new EventEmitter();
    case "e": {
      const type = ERRORS.find((one) => one.name === rest[0]) ?? Error;
      return withStack(new type(), rest);
    }
    default:
      return {};
  }
}

/** Message and stack are properties that no loop shows. */
export function withStack(error: object, [, message, stack]: Tagged): object {
  hide(error, "message", message);
  hide(error, "stack", stack);
  return error;
}

/**
 * An instance before it is filled. Private fields and built-in parts come from the constructor alone, which does nothing
 * else then; without them it does not run, since initializers of fields may count or register.
 */
export function emptyInstance(heap: Heap, owner: unknown): object | undefined {
  if (typeof owner !== "function") return undefined;
  const bare: object = Object.create(owner.prototype);
  if (!heap.closures.classes.has(owner) || !needsConstructor(heap, owner, bare)) return bare;
  heap.isReviving = true;
  try {
    return Reflect.construct(owner, []);
  } catch {
    return bare;
  } finally {
    heap.isReviving = false;
  }
}

/** Takes the place of an instance whose class is gone, so that what it holds is read all the same. */
export function standIn(content: Tagged | undefined): object {
  const [tag] = content ?? [];
  if (Array.isArray(tag)) return new EventEmitter();
  return typeof tag === "string" && /^[ams]\+?$/.test(tag) ? emptyOf(tag, []) : {};
}

function needsConstructor(heap: Heap, owner: Closure, bare: object): boolean {
  // biome-ignore lint/suspicious/useIsArray: its prototype is that of a list, and no constructor has run.
  if (baseOf(bare) !== undefined || bare instanceof Array) return true;
  for (let at: Closure | null = owner; at; at = Object.getPrototypeOf(at)) {
    if (heap.closures.classes.get(at)?.privates.length) return true;
  }
  return false;
}

/** What evaluation has made, if it is of the kind that is stored: another version may make something else. */
export function fitting(node: Node, into: object | undefined): object | undefined {
  if (!into) return undefined;
  if (Array.isArray(node) && /^[+H]$/.test(String(node[0]))) return fitting(node[1] as Node, into);
  const [tag, more] = Array.isArray(node) ? (node as Tagged) : ["o"];
  const kind = KINDS[(tag as string)[0] as string] ?? more;
  return kindOf(into) === kind ? into : undefined;
}

const KINDS: Readonly<Record<string, string>> = {
  ...{ a: "array", m: "map", s: "set", N: "null", E: "emitter", e: "error", o: "object" },
  ...{ c: "instance", V: "bytes" },
};

export function leafOf([kind, ...rest]: Tagged, into?: object): object {
  const [first, second, third] = rest as string[];
  switch (kind) {
    case "date": {
      const time = Array.isArray(first) ? Number.NaN : Number(first);
      if (!(into instanceof Date)) return new Date(time);
      into.setTime(time);
      return into;
    }
    case "regexp": {
      const isSame = into instanceof RegExp && into.source === first && into.flags === second;
      const pattern = isSame ? into : new RegExp(first as string, second);
      return Object.assign(pattern, { lastIndex: Number(third) });
    }
    case "url":
      return new URL(first as string);
    case "query":
      return new URLSearchParams(first);
    case "buffer":
      return bufferOf(bytesOf(first as string), into);
    default:
      return typedOf(first as string, bytesOf(second as string), into);
  }
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, "base64"));
}

function bufferOf(bytes: Uint8Array<ArrayBuffer>, into?: object): object {
  if (!(into instanceof ArrayBuffer) || into.byteLength !== bytes.length) return bytes.buffer;
  new Uint8Array(into).set(bytes);
  return into;
}

/** A view of a buffer that is there; what evaluation has made, if it shows the same. */
export function viewOf(
  [name, offset, length]: Tagged,
  buffer: ArrayBuffer,
  into: object | undefined,
): object {
  const [from, size] = [Number(offset), Number(length)];
  if (ArrayBuffer.isView(into) && into.buffer === buffer) {
    if (into.byteOffset === from && into.byteLength === size) return into;
  }
  if (name === "Buffer") return Buffer.from(buffer, from, size);
  const type = BYTES.find((one) => one.name === name) ?? Uint8Array;
  const { BYTES_PER_ELEMENT = 1 } = type as { readonly BYTES_PER_ELEMENT?: number };
  return Reflect.construct(type, [buffer, from, size / BYTES_PER_ELEMENT]);
}

function typedOf(name: string, bytes: Uint8Array<ArrayBuffer>, into?: object): object {
  if (ArrayBuffer.isView(into) && into.byteLength === bytes.length) {
    new Uint8Array(into.buffer, into.byteOffset, into.byteLength).set(bytes);
    return into;
  }
  if (name === "Buffer") return Buffer.from(bytes.buffer);
  const type = BYTES.find((one) => one.name === name) ?? Uint8Array;
  return Reflect.construct(type, [bytes.buffer]);
}
