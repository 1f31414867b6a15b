/** Bytes as base64 and back, at once: in Node with `Buffer`, in browsers without. */

const hasBuffer = typeof Buffer !== "undefined" && typeof Buffer.from === "function";
/** As many arguments as any engine takes in one call. */
const CHUNK = 8192;

export type Bytes = ArrayBuffer | ArrayBufferView;

export function isBytes(value: unknown): value is Bytes {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

export function toBase64(bytes: Bytes): string {
  const view = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
  if (hasBuffer) {
    return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString("base64");
  }
  let binary = "";
  for (let start = 0; start < view.length; start += CHUNK) {
    binary += String.fromCharCode(...view.subarray(start, start + CHUNK));
  }
  return btoa(binary);
}

/** What the default parser yields on the platform: a `Buffer` in Node, an `ArrayBuffer` in browsers. */
export function fromBase64(text: string): Bytes {
  if (hasBuffer) return Buffer.from(text, "base64");
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer;
}
