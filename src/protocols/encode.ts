import type { Protocol } from "../ports";
import { decodePacket } from "../wire/decode";
import { SingleEncoder } from "../wire/single";
import { encodeJsonEvent } from "./json/messages";
import { encodeEngineFrames } from "./socket-io/engine-io";

/**
 * The texts of a packet's frames for a protocol.
 *
 * @param parts what Socket.IO's default parser made of the packet: text, then attachments
 * @param offset its place in the log, which is also the last of its arguments
 */
export function encodeFor(
  protocol: Protocol,
  parts: readonly (string | Buffer)[],
  offset: string | undefined,
): string[] {
  if (protocol === "socket.io") return encodeEngineFrames(parts);
  const packet = decodePacket(parts);
  // An event without a name is invalid, and a client that decodes it may break.
  if (!packet) return [];
  if (protocol === "single") return encodeEngineFrames(new SingleEncoder().encode(packet));
  if (offset !== undefined) (packet.data as unknown[]).pop();
  return [encodeJsonEvent(packet, offset)];
}
