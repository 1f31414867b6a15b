import { Emitter } from "@socket.io/component-emitter";
import { decodePacket, encodePacket, type Packet } from "./packets";

/**
 * A Socket.IO parser in which every packet is one text frame, with bytes inside the JSON. API Gateway
 * closes a connection that sends a binary frame, and the default parser's packet with attachments is
 * several frames. Encoding and decoding are synchronous, so order holds in browsers too.
 *
 *     io(url, { path: "/prod", transports: ["websocket"], parser });
 *
 * https://socket.io/docs/v4/custom-parser
 */

/** The version of the Socket.IO protocol. */
export const protocol = 5;

export class Encoder {
  /** Throws a `TypeError` for a Blob or File, whose bytes cannot be had at once. */
  encode(packet: Packet): string[] {
    return [encodePacket(packet)];
  }
}

type NoEvents = Record<never, never>;

interface DecoderEvents {
  decoded: (packet: Packet) => void;
}

/** Emits `decoded` with each packet. */
export class Decoder extends Emitter<NoEvents, NoEvents, DecoderEvents> {
  /** Throws on text that is not a packet of this parser. */
  add(text: unknown): void {
    if (typeof text !== "string") throw new Error("got binary data: expected a text frame");
    this.emitReserved("decoded", decodePacket(text));
  }

  /** Nothing is kept between frames. */
  destroy(): void {}
}
