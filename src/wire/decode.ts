import { Decoder } from "socket.io-parser";
import type { Packet } from "./packet";

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
