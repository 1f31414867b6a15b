import { createHash, createHmac } from "node:crypto";

/** The hash that the SDK's signer wants to be given, as `sha256`. */
export class SdkHash {
  readonly #hash;

  constructor(secret?: unknown) {
    this.#hash = secret ? createHmac("sha256", secret as Buffer) : createHash("sha256");
  }

  update(data: unknown): void {
    this.#hash.update(data as Buffer);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}
