import type { Frame, Protocol } from "../ports";
import { encodeEngineFrames } from "../wire/engine-io";
import { createFrame } from "../wire/frame";
import { encodeJsonEvent } from "../wire/json-messages";
import { createOffset, OFFSET_PLACEHOLDER } from "../wire/offset";
import type { Packet } from "../wire/packet";

/**
 * A packet on its way to many, encoded before anything else can change its arguments.
 *
 * A logged one ends in its offset, which says when the broadcast began. That is only known when all
 * that was asked for before has been done, so until then a placeholder stands for it.
 */
export class Outgoing {
  offset: string | undefined;
  /** What Socket.IO's parser made of the packet: text, then attachments. */
  #parts: readonly (string | Buffer)[];
  #json: string;

  constructor(
    readonly packet: Packet,
    encoder: { encode(packet: Packet): (string | Buffer)[] },
    readonly isLogged: boolean,
  ) {
    this.#json = encodeJsonEvent(packet, isLogged ? OFFSET_PLACEHOLDER : undefined);
    if (isLogged) (packet.data as unknown[]).push(OFFSET_PLACEHOLDER);
    this.#parts = encoder.encode(packet);
  }

  get parts(): readonly (string | Buffer)[] {
    return this.#parts;
  }

  /** The broadcast of a logged packet begins now. */
  begin(): string {
    const offset = createOffset();
    const fill = (text: string) => text.replace(OFFSET_PLACEHOLDER, offset);
    this.#parts = this.#parts.map((part) => (typeof part === "string" ? fill(part) : part));
    this.#json = fill(this.#json);
    this.offset = offset;
    return offset;
  }

  frames(protocol: Protocol): readonly Frame[] {
    const texts = protocol === "json" ? [this.#json] : encodeEngineFrames(this.#parts);
    return texts.map(createFrame);
  }
}
