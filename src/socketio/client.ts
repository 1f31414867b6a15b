import type { Server } from "socket.io";
import type { ConnectionRecord, Delivery, Namespaces } from "../ports";
import { PacketType } from "../wire/packet";
import { type ClientInternals, serverInternals } from "./internals";
import { type NamespaceLimits, refuseNamespace } from "./limit-namespaces";
import { keepNamespace } from "./namespaces";
import { VirtualConnection } from "./virtual-connection";

export type ClientClass = new (io: Server, connection: VirtualConnection) => ClientInternals;

/**
 * The class of Socket.IO's per-connection object, which its package does not export and which its
 * server hands to nothing but a namespace. So a probe connects to a namespace that is not one.
 */
export function findClientClass(io: Server): ClientClass {
  let client: ClientInternals | undefined;
  const probe = new VirtualConnection(PROBE, NOWHERE);
  const own = Object.getOwnPropertyDescriptor(io, "of");
  serverInternals(io).onconnection(probe);
  try {
    io.of = (() => ({ _add: (found: ClientInternals) => (client = found) })) as never;
    // The CONNECT packet of the main namespace. https://github.com/socketio/socket.io-protocol
    probe.emit("data", io.encoder.encode({ type: 0, nsp: "/" } as never)[0]);
  } finally {
    Reflect.deleteProperty(io, "of");
    if (own) Object.defineProperty(io, "of", own);
  }
  if (!client) {
    throw new Error("Cannot host this version of socket.io: expected 4.8, got other internals");
  }
  client.destroy();
  return client.constructor as ClientClass;
}

/** A client whose connection has ended: for sockets that an application still holds. */
export function deadClient(io: Server): ClientInternals {
  const Client = findClientClass(io);
  const client = new Client(io, new VirtualConnection(PROBE, NOWHERE));
  clearTimeout(client.connectTimeout);
  return client;
}

/** Disconnects all sockets of a client and closes its connection, as `socket.disconnect(true)` does. */
export function disconnectClient(client: ClientInternals): void {
  client._disconnect();
}

interface Hosting {
  readonly io: Server;
  readonly Client: ClientClass;
  readonly namespaces: Namespaces;
  readonly limits: NamespaceLimits;
}

/** Socket.IO's holder of a connection, for one batch. Its `connect` is replaced, which each CONNECT packet calls. */
export function createClient(
  { io, Client, namespaces, limits }: Hosting,
  connection: VirtualConnection,
): ClientInternals {
  const client = new Client(io, connection);
  // No timer outlives an invocation.
  clearTimeout(client.connectTimeout);
  client.connectTimeout = undefined;
  const connect = client.connect.bind(client);
  client.connect = (name, auth) => {
    const message = refuseNamespace(client, limits, name, auth);
    if (message !== undefined) {
      return client._packet({ type: PacketType.CONNECT_ERROR, nsp: name, data: { message } });
    }
    keepNamespace(io, namespaces, name);
    connect(name, auth);
  };
  return client;
}

const PROBE: ConnectionRecord = {
  id: "probe",
  protocol: "socket.io",
  handshake: { headers: {}, query: {}, address: "", url: "/" },
  connectedAt: 0,
  sockets: new Map(),
};

const NOWHERE: Delivery = {
  send: async () => "gone",
  reachable: async () => false,
  close: async () => {},
};
