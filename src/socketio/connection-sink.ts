import type { Delivery, ProtocolId } from "../ports";
import type { HostedClient, Protocol, ProtocolHandler, ProtocolSink } from "../protocols/protocol";
import { createFrame } from "../wire/frame";
import type { Packet } from "../wire/packet";
import { type ClientInternals, socketInternals } from "./internals";
import type { VirtualConnection } from "./virtual-connection";

type Accept = (packet: Packet) => void;

/** What the protocol of a connection can do to it. */
export class ConnectionSink implements ProtocolSink {
  #accept: Accept;

  constructor(
    private readonly connection: VirtualConnection,
    client: ClientInternals,
  ) {
    this.#accept = (packet) => client.ondecoded(packet);
  }

  send(texts: readonly string[]): void {
    if (texts.length > 0) this.connection.sendFrames(texts.map(createFrame));
  }

  receive(packet: Packet): void {
    if (this.connection.readyState === "open") this.#accept(packet);
  }

  fail(why: Error | string): void {
    if (typeof why === "string") this.connection.fail(why);
    // Socket.IO listens for errors while the connection is open, and closes it.
    else if (this.connection.readyState === "open") this.connection.emit("error", why);
  }

  become(protocol: ProtocolId): void {
    this.connection.protocolId = protocol;
  }

  /** Packets that come while `work` runs are accepted otherwise. */
  acceptWith(accept: Accept, work: () => void): void {
    const before = this.#accept;
    this.#accept = accept;
    try {
      work();
    } finally {
      this.#accept = before;
    }
  }
}

/** What the protocol of a connection may know of it. */
function describeClient(
  connection: VirtualConnection,
  client: ClientInternals,
  delivery: Delivery,
): HostedClient {
  const { record } = connection;
  const { encoder, decoder } = client;
  return {
    id: record.id,
    protocol: record.protocol,
    handshake: record.handshake,
    recent: record.recent ?? [],
    parser: { encoder, decoder },
    socket(namespace) {
      const socket = client.nsps.get(namespace);
      if (!socket) return undefined;
      const { pid } = socketInternals(socket);
      return { id: socket.id, pid, listensTo: (event) => socket.listenerCount(event) > 0 };
    },
    hasSockets: () => client.sockets.size > 0,
    async isReachable() {
      const isReachable = await delivery.reachable(record.id, { awaitUpgrade: true });
      if (!isReachable) connection.gone = true;
      return isReachable;
    },
  };
}

/** Puts a protocol between Socket.IO's holder of a connection and the connection's frames. */
export function attachProtocol(
  protocol: Protocol,
  connection: VirtualConnection,
  client: ClientInternals,
  delivery: Delivery,
): { readonly sink: ConnectionSink; readonly handler: ProtocolHandler } {
  const sink = new ConnectionSink(connection, client);
  const handler = protocol.createHandler(sink, describeClient(connection, client, delivery));
  // The protocol hands over what it has decoded by its sink.
  client.decoder.off("decoded", client.ondecoded);
  client.encoder = { encode: (packet) => [...handler.encode(packet)] };
  return { sink, handler };
}
