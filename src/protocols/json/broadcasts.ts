import { decodePacket } from "../../wire/decode";
import type { BroadcastEncoder } from "../protocol";
import { encodeJsonEvent } from "./messages";

export const jsonBroadcasts: BroadcastEncoder = {
  id: "json",
  encodeBroadcast(encoded, offset) {
    const packet = decodePacket(encoded);
    // An event without a name is invalid, and a client that decodes it may break.
    if (!packet) return [];
    if (offset !== undefined) (packet.data as unknown[]).pop();
    return [encodeJsonEvent(packet, offset)];
  },
};
