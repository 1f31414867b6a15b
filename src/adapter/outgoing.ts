import type { Frame } from "../ports";
import type { BroadcastEncoder, Encoded } from "../protocols/protocol";
import { createFrame } from "../wire/frame";
import { createOffset, OFFSET_PLACEHOLDER } from "../wire/offset";
import type { Packet } from "../wire/packet";

/**
 * A packet on its way to many, encoded before anything else can change its arguments.
 *
 * A logged one ends in its offset, which says when the broadcast began. That is only known when all
 * that was asked for before has been done, so until then a placeholder stands for it, also for
 * listeners of outgoing events.
 */
export class Outgoing {
  offset: string | undefined;
  #encoded: Encoded;

  constructor(
    readonly packet: Packet,
    encoder: { encode(packet: Packet): (string | Buffer)[] },
    readonly isLogged: boolean,
  ) {
    if (isLogged) (packet.data as unknown[]).push(OFFSET_PLACEHOLDER);
    this.#encoded = encoder.encode(packet);
  }

  get encoded(): Encoded {
    return this.#encoded;
  }

  /** Of all frames, as they are sent. */
  get bytes(): number {
    const sizeOf = (part: string | Buffer) =>
      typeof part === "string" ? Buffer.byteLength(part) : Math.ceil((part.length * 4) / 3);
    return this.#encoded.reduce((sum, part) => sum + sizeOf(part), 0);
  }

  /** The broadcast of a logged packet begins now. */
  begin(): string {
    const offset = createOffset();
    this.#encoded = this.#encoded.map((part) =>
      typeof part === "string" ? part.replace(OFFSET_PLACEHOLDER, offset) : part,
    );
    this.offset = offset;
    return offset;
  }

  /** Made from what was encoded first, so that only what has a recipient is encoded again. */
  frames(protocol: BroadcastEncoder): readonly Frame[] {
    return protocol.encodeBroadcast(this.#encoded, this.offset).map(createFrame);
  }
}
