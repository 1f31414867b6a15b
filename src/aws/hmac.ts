import { hash } from "node:crypto";

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;

/**
 * HMAC-SHA256 of many texts that begin alike, with one key: two one-shot hashes over buffers that are
 * kept, which takes half the time of `createHmac`. https://www.rfc-editor.org/rfc/rfc2104
 */
export class Hmac {
  readonly #inner: Buffer;
  readonly #outer: Buffer;
  readonly #at: number;

  /**
   * @param key 64 bytes at most.
   * @param prefix what all texts begin with.
   * @param restBytes how many bytes follow in each of them; Latin-1 text.
   */
  constructor(key: Buffer, prefix: string, restBytes: number) {
    this.#at = BLOCK_BYTES + prefix.length;
    this.#inner = Buffer.alloc(this.#at + restBytes);
    this.#outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES);
    for (let i = 0; i < BLOCK_BYTES; i++) {
      this.#inner[i] = (key[i] ?? 0) ^ 0x36;
      this.#outer[i] = (key[i] ?? 0) ^ 0x5c;
    }
    this.#inner.write(prefix, BLOCK_BYTES, "latin1");
  }

  /** The HMAC of the prefix and the rest, in hexadecimal. */
  digest(rest: string): string {
    this.#inner.write(rest, this.#at, "latin1");
    hash("sha256", this.#inner, "buffer").copy(this.#outer, BLOCK_BYTES);
    return hash("sha256", this.#outer);
  }
}
