import { decodePacket } from "../../wire/decode";
import type { BroadcastEncoder } from "../protocol";
import { encodeEngineFrames } from "./engine-io";
import { SingleEncoder } from "./single";

export const socketIoBroadcasts: BroadcastEncoder = {
  id: "socket.io",
  encodeBroadcast: encodeEngineFrames,
};

export const singleBroadcasts: BroadcastEncoder = {
  id: "single",
  encodeBroadcast(encoded) {
    const packet = decodePacket(encoded);
    // An event without a name is invalid, and a client that decodes it may break.
    return packet ? encodeEngineFrames(new SingleEncoder().encode(packet)) : [];
  },
};
