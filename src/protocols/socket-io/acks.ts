import { decodePacket as decodeSingle } from "../../../parser/packets";
import { decodePacket } from "../../wire/decode";
import { type Packet, PacketType } from "../../wire/packet";
import type { AckFrames, AckReader, DecodedAck } from "../protocol";
import { isSingleFrame } from "./single";

/** Frames of acks with attachments, as the default parser makes them. */
const frames: AckFrames = {
  begins(frame) {
    if (frame.startsWith("46")) return "ack";
    return frame.startsWith("45") ? "event" : undefined;
  },

  complete([header = "", ...attachments]) {
    if (attachments.length < attachmentsOf(header)) return undefined;
    const bytes = attachments.map((frame) => Buffer.from(frame.slice(1), "base64"));
    return readAck(decodePacket([header.slice(1), ...bytes]));
  },
};

/** Reads acks of both parsers. What is invalid is a violation, for which the connection is closed. */
export const acks: AckReader = {
  decode(frame) {
    const packet = decodeMessage(frame);
    return packet?.type === PacketType.ACK ? readAck(packet) : { ok: false };
  },
  frames,
};

function attachmentsOf(header: string): number {
  const [, count] = /^46(\d+)-/.exec(header) ?? [];
  return Number(count ?? 0);
}

/** Reads the packet of a message frame, whichever parser wrote it; `undefined` if it is invalid. */
function decodeMessage(frame: string): Packet | undefined {
  if (!isSingleFrame(frame)) return decodePacket([frame.slice(1)]);
  try {
    return decodeSingle(frame.slice(1));
  } catch {
    return undefined;
  }
}

function readAck(packet: Packet | undefined): DecodedAck {
  // Without an id it answers nothing, and the reference server ignores it.
  if (typeof packet?.id !== "number") return { ok: false, isIgnored: true };
  return { ok: true, namespace: packet.nsp, ackId: packet.id, args: packet.data as unknown[] };
}
