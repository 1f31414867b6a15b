import { Decoder } from "socket.io-parser";
import { decodePacket as decodeSingle } from "../../parser/packets";
import type { Packet } from "./packet";
import { isSingleFrame } from "./single";

/** Reads the packet of a message frame, whichever parser wrote it; `undefined` if it is invalid. */
export function decodeMessage(frame: string): Packet | undefined {
  if (!isSingleFrame(frame)) return decodePacket([frame.slice(1)]);
  try {
    return decodeSingle(frame.slice(1));
  } catch {
    return undefined;
  }
}

/**
 * Reads one packet of Socket.IO's default parser: its text, then its attachments. `undefined` if it
 * is invalid.
 */
export function decodePacket(parts: readonly (string | Buffer)[]): Packet | undefined {
  let decoded: Packet | undefined;
  const decoder = new Decoder();
  decoder.on("decoded", (packet) => {
    decoded = packet as Packet;
  });
  try {
    for (const part of parts) decoder.add(part);
  } catch {
    return undefined;
  } finally {
    decoder.destroy();
  }
  return decoded;
}
