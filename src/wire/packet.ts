import { PacketType } from "socket.io-parser";

export { PacketType };

/** A Socket.IO packet. `id` is a number on Socket.IO's wire and whatever the client chose on ours. */
export interface Packet {
  type: PacketType;
  nsp: string;
  data?: unknown;
  id?: unknown;
}
