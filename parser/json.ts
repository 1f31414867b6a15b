import { fromBase64, isBytes, toBase64 } from "./bytes";

/**
 * JSON with bytes in it: `{"$bytes":"<base64>"}`. An object of the application that looks like this,
 * or like an escaped one, gets one more `$`, and loses it again at the other end.
 */
const BYTES = "$bytes";
const LIKE_BYTES = /^\$+bytes$/;

export function stringify(value: unknown): string {
  return JSON.stringify(value, replace);
}

/** Throws a `SyntaxError` or `TypeError` on what `stringify` cannot have made. */
export function parse(text: string): unknown {
  // A reviver is slow, and most packets hold no bytes.
  return text.includes('bytes"') ? JSON.parse(text, revive) : JSON.parse(text);
}

function replace(this: Record<string, unknown>, key: string, value: unknown): unknown {
  // `Buffer.toJSON` has run by now; the holder still has the bytes.
  const original = this[key];
  if (isBytes(original)) return { [BYTES]: toBase64(original) };
  if (typeof Blob !== "undefined" && original instanceof Blob) {
    throw new TypeError(
      "Cannot encode a Blob or File: expected its bytes, which `await blob.arrayBuffer()` gives",
    );
  }
  const only = onlyKey(value);
  return only === undefined ? value : { [`$${only}`]: (value as Record<string, unknown>)[only] };
}

function revive(_: string, value: unknown): unknown {
  const only = onlyKey(value);
  if (only === undefined) return value;
  const content = (value as Record<string, unknown>)[only];
  if (only !== BYTES) return { [only.slice(1)]: content };
  if (typeof content !== "string") throw new TypeError(`Cannot decode ${BYTES}: expected base64`);
  return fromBase64(content);
}

/** The key of an object that has no other and looks like bytes. */
function onlyKey(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const [only, another] = Object.keys(value);
  return only !== undefined && another === undefined && LIKE_BYTES.test(only) ? only : undefined;
}
