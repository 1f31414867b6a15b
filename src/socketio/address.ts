import type { Namespace, Socket } from "socket.io";
import type { RoomsAdapter } from "../adapter/rooms-adapter";
import { defined } from "../defined";
import { expiryOf } from "../expiry";
import type { SocketAddress } from "../ports";
import type { ClientInternals } from "./internals";
import type { VirtualConnection } from "./virtual-connection";

export function connectionOf(socket: Socket): VirtualConnection {
  return socket.conn as unknown as VirtualConnection;
}

export function clientOf(socket: Socket): ClientInternals {
  return socket.client as unknown as ClientInternals;
}

export function adapterOf(namespace: Namespace): RoomsAdapter {
  return namespace.adapter as unknown as RoomsAdapter;
}

/** Where a socket of this process lives. */
export function addressOf(socket: Socket): SocketAddress {
  const { id: connectionId, protocolId: protocol, apart } = connectionOf(socket);
  const until = expiryOf(socket.data);
  return {
    namespace: socket.nsp.name,
    socketId: socket.id,
    connectionId,
    protocol,
    ...defined({ until, apart }),
  };
}
