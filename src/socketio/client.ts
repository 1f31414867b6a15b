import type { Server } from "socket.io";
import type { ConnectionRecord, Delivery } from "../ports";
import { type ClientInternals, serverInternals } from "./internals";
import { VirtualConnection } from "./virtual-connection";

type ClientClass = new (io: Server, connection: VirtualConnection) => ClientInternals;

/**
 * The class of Socket.IO's per-connection object, which its package does not export and which its
 * server hands to nothing but a namespace. So a probe connects to a namespace that is not one.
 */
export function findClientClass(io: Server): ClientClass {
  let client: ClientInternals | undefined;
  const probe = new VirtualConnection(PROBE, NOWHERE);
  const { of } = io;
  serverInternals(io).onconnection(probe);
  try {
    io.of = (() => ({ _add: (found: ClientInternals) => (client = found) })) as never;
    // The CONNECT packet of the main namespace. https://github.com/socketio/socket.io-protocol
    probe.emit("data", io.encoder.encode({ type: 0, nsp: "/" } as never)[0]);
  } finally {
    io.of = of;
  }
  if (!client) {
    throw new Error("Cannot host this version of socket.io: expected 4.8, got other internals");
  }
  client.destroy();
  return client.constructor as ClientClass;
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
