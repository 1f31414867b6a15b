import { types } from "node:util";

/**
 * The bytes of an attachment as a Buffer of its own. Socket.IO's encoder hands over whatever the application
 * gave: any `ArrayBuffer` or view of one, of which only the view's part is meant. The application may use
 * its memory again before the bytes are posted or stored, so they are copied.
 */
export function copyBytes(bytes: unknown): Buffer {
  if (ArrayBuffer.isView(bytes)) {
    const { buffer, byteOffset, byteLength } = bytes;
    return Buffer.from(new Uint8Array(buffer, byteOffset, byteLength));
  }
  if (types.isArrayBuffer(bytes)) return Buffer.from(new Uint8Array(bytes));
  throw new TypeError(BLOB_MESSAGE);
}

/** Socket.IO also takes a Blob or File for binary, whose bytes cannot be had at once. */
export const BLOB_MESSAGE =
  "Cannot encode a Blob or File: expected its bytes, which `await blob.arrayBuffer()` gives";
