import { types } from "node:util";
import { bufferOf, type Kind } from "./kinds";

/** Texts of what holds nothing else. */

// A lone half of a pair or a control character is for JSON to escape.
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones.
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

export function stringText(value: string): string {
  return ESCAPED.test(value) ? JSON.stringify(value) : `"${value}"`;
}

export function numberText(value: number): string {
  if (Number.isFinite(value) && !(value === 0 && 1 / value < 0)) return `${value}`;
  return `["n","${Object.is(value, -0) ? "-0" : value}"]`;
}

export function leafText(value: object, kind: Kind): string {
  switch (kind) {
    case "date":
      return `"date",${numberText((value as Date).getTime())}`;
    case "regexp": {
      const { source, flags, lastIndex } = value as RegExp;
      return `"regexp",${stringText(source)},"${flags}",${lastIndex}`;
    }
    case "url":
    case "query":
      return `"${kind}",${stringText(String(value))}`;
    case "buffer":
      return `"buffer","${Buffer.from(value as ArrayBuffer).toString("base64")}"`;
    case "bytes": {
      const { buffer, byteOffset, byteLength } = value as Uint8Array;
      const bytes = Buffer.from(buffer, byteOffset, byteLength).toString("base64");
      return `"bytes","${nameOf(value)}","${bytes}"`;
    }
    case "error": {
      const { name, message, stack } = value as Error;
      return [Object.getPrototypeOf(value).name ?? name, message, stack ?? ""]
        .map((one) => stringText(String(one)))
        .join();
    }
    default:
      throw new Error(`Expected a value without parts, got one of kind ${kind}`);
  }
}

/** A view of a buffer, or its own bytes alone: see `bufferOf`. */
export function viewText(view: ArrayBufferView, encode: (buffer: ArrayBuffer) => string): string {
  const buffer = bufferOf(view);
  if (!buffer) return `["d",${leafText(view, "bytes")}]`;
  return `["V","${nameOf(view)}",${view.byteOffset},${view.byteLength},${encode(buffer)}]`;
}

function nameOf(value: object): string {
  return value.constructor.name;
}

/** Why a value is not kept. */
export function reasonFor(value: object): string {
  if (typeof value === "function") {
    return value.name
      ? `the function ${value.name} is of a package or was made by one`
      : "a function that a package has made";
  }
  if (types.isPromise(value)) return "a promise ends with its event";
  if (types.isGeneratorObject(value)) return "a generator stands in the middle of its run";
  if (types.isWeakMap(value) || types.isWeakSet(value)) return "nothing can list what it holds";
  if (types.isProxy(value)) return "a proxy hides what it holds";
  const name = (value as { readonly constructor?: { readonly name?: string } }).constructor?.name;
  return `an instance of ${name || "a class"}, which is not a class of the application`;
}

/** Symbols are left out: Node's own. */
export function listenerText(
  listeners: readonly (readonly [string | symbol, unknown, boolean])[],
  encode: (value: unknown) => string,
): string {
  const texts = listeners
    .filter(([event]) => typeof event === "string")
    .map(([event, fn, once]) => `[${stringText(event as string)},${encode(fn)},${once ? 1 : 0}]`);
  return `[${texts.join()}]`;
}
