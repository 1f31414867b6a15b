import { type Packet, PacketType } from "../wire/packet";
import { adapterOf, addressOf } from "./address";
import { socketInternals } from "./internals";
import type { Live } from "./live";
import { currentScope } from "./scope";

/**
 * Receives a frame that was delivered before. What would be a violation otherwise is then a sign that
 * it has been carried out: a CONNECT for a joined namespace is completed and answered again, a packet
 * for a namespace that was left is dropped.
 */
export function acceptRepeats({ client }: Live, receive: () => void): void {
  const { ondecoded } = client;
  const accept = (packet: Packet) => {
    const socket = client.nsps.get(packet.nsp);
    const isConnect = packet.type === PacketType.CONNECT;
    if (isConnect && socket) {
      const { pid } = socketInternals(socket);
      const stored = { rooms: new Set(socket.rooms), ...(pid === undefined ? {} : { pid }) };
      const { store, census } = adapterOf(socket.nsp);
      void currentScope().effect("connect", async () => {
        await store.completeSocket(addressOf(socket), stored);
        await census.entered(socket.id, [...stored.rooms]);
      });
      socketInternals(socket).packet({ type: PacketType.CONNECT, data: { sid: socket.id, pid } });
    } else if (isConnect || socket) {
      ondecoded(packet);
    }
  };
  client.ondecoded = accept;
  client.decoder.off("decoded", ondecoded);
  client.decoder.on("decoded", accept);
  receive();
  client.decoder.off("decoded", accept);
  client.decoder.on("decoded", ondecoded);
  client.ondecoded = ondecoded;
}
