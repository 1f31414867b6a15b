import type { Server } from "socket.io";
import { copyBytes } from "../wire/bytes";
import type { Packet } from "../wire/packet";
import { serverInternals } from "./internals";

const unified = new WeakSet<Server>();

/**
 * Makes attachments Buffers where they leave Socket.IO's encoder. All that sends, logs or keeps packets
 * comes after it, and then need not know of views, typed arrays and the like. May be called any number of times.
 */
export function unifyBytes(io: Server): void {
  if (unified.has(io)) return;
  unified.add(io);
  const internals = serverInternals(io);
  const { encoder } = internals;
  internals.encoder = {
    encode: (packet: Packet) =>
      encoder.encode(packet).map((part) => (typeof part === "string" ? part : copyBytes(part))),
  };
}
