import type { Socket } from "socket.io";
import { currentContext } from "../context/event-context";
import { type Packet, PacketType } from "../wire/packet";
import { adapterOf, addressOf } from "./address";
import type { ConnectionSink } from "./connection-sink";
import { type ClientInternals, socketInternals } from "./internals";
import type { VirtualConnection } from "./virtual-connection";

interface Receiver {
  readonly sink: ConnectionSink;
  readonly client: ClientInternals;
  readonly connection: VirtualConnection;
}

/**
 * Receives a frame that was delivered before. What would be a violation otherwise is then a sign that
 * it has been carried out: a CONNECT for a joined namespace is completed and answered again, a packet
 * for a namespace that was left is dropped.
 */
export function acceptRepeats({ client, connection, sink }: Receiver, receive: () => void): void {
  const accept = (packet: Packet) => {
    const socket = client.nsps.get(packet.nsp);
    const isConnect = packet.type === PacketType.CONNECT;
    if (isConnect && socket) {
      void completeAgain(connection, socket);
    } else if (isConnect || socket) {
      client.ondecoded(packet);
    }
  };
  sink.acceptWith(accept, receive);
}

/**
 * Completes a socket that is stored. But for one whose session was being restored: broadcasts have passed it over since
 * then, so its connection is given up, and its client comes back for what it has missed.
 */
async function completeAgain(connection: VirtualConnection, socket: Socket): Promise<void> {
  const { pid } = socketInternals(socket);
  const adapter = adapterOf(socket.nsp);
  const complete = async () => {
    if (pid !== undefined && (await adapter.sessions.isBeingRestored(pid))) return false;
    const stored = { rooms: new Set(socket.rooms), ...(pid === undefined ? {} : { pid }) };
    await adapter.store.completeSocket(addressOf(socket), stored);
    await adapter.memberships.counter.entered(socket.id, [...stored.rooms]);
    return true;
  };
  const isComplete = await currentContext()
    .effect("connect", complete)
    // The context has noted the failure: the event comes again.
    .catch(() => undefined);
  if (isComplete) {
    socketInternals(socket).packet({ type: PacketType.CONNECT, data: { sid: socket.id, pid } });
  } else if (isComplete === false) connection.fail("transport error");
}
