/** What a frame meter stops at. */
export interface FrameLimits {
  readonly frameBytes: number;
  readonly messageBytes: number;
}

/**
 * Watches the bytes of a WebSocket for frames and messages above the limits. A WebSocket library hands over
 * whole messages, while API Gateway limits frames (32 KiB) as well as messages (128 KiB), so the headers of
 * frames (RFC 6455, section 5.2) are read here once more. Sizes are those on the wire: with compression on,
 * whether AWS counts before or after inflating is not known.
 */
export class FrameMeter {
  readonly #limits: FrameLimits;
  /** Bytes of the current header that have arrived. */
  #header: Buffer = Buffer.alloc(0);
  /** Bytes of mask and payload to skip before the next header. */
  #skip = 0;
  #messageBytes = 0;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /** Takes the next bytes; returns true if they announce a frame or message that is too large. */
  exceeds(chunk: Buffer): boolean {
    let rest = chunk;
    while (rest.length > 0) {
      const skipped = Math.min(this.#skip, rest.length);
      this.#skip -= skipped;
      rest = rest.subarray(skipped);
      if (rest.length === 0) return false;
      const missing = headerLength(this.#header) - this.#header.length;
      this.#header = Buffer.concat([this.#header, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (this.#header.length < headerLength(this.#header)) continue;
      if (this.#finishHeader()) return true;
    }
    return false;
  }

  #finishHeader(): boolean {
    const header = this.#header;
    this.#header = Buffer.alloc(0);
    const bytes = payloadLength(header);
    const isMasked = (header[1]! & 0x80) !== 0;
    this.#skip = bytes + (isMasked ? 4 : 0);
    const opcode = header[0]! & 0x0f;
    // Control frames may come between the frames of a message.
    if (opcode >= 8) return false;
    this.#messageBytes = opcode === 0 ? this.#messageBytes + bytes : bytes;
    return bytes > this.#limits.frameBytes || this.#messageBytes > this.#limits.messageBytes;
  }
}

/** Length of a header without its mask, as far as its first two bytes tell. */
function headerLength(header: Buffer): number {
  if (header.length < 2) return 2;
  const short = header[1]! & 0x7f;
  return short === 127 ? 10 : short === 126 ? 4 : 2;
}

function payloadLength(header: Buffer): number {
  if (header.length === 10) return Number(header.readBigUInt64BE(2));
  return header.length === 4 ? header.readUInt16BE(2) : header[1]! & 0x7f;
}
