import type {
  Acks,
  Delivery,
  Effects,
  Lanes,
  Room,
  SocketAddress,
  SocketId,
  SocketRecord,
  Stores,
  Workers,
} from "../ports";
import type { Lookup } from "../protocols/lookup";
import type { BroadcastEncoder } from "../protocols/protocol";
import type { Packet } from "../wire/packet";
import type { MissedLimits } from "./missed";

/** Which rooms a socket may be in, besides its own. */
export interface RoomLimits {
  /** How many at a time. */
  readonly rooms: number;
  /** Of the name of one. */
  readonly roomNameBytes: number;
  /** Of the names of all, of all sockets of the connection. */
  readonly roomBytes: number;
}

/** What the adapter asks of the rest: its ports, and Socket.IO's objects as far as it uses them. */
export interface AdapterPorts extends Omit<Stores, "namespaces"> {
  readonly delivery: Delivery;
  readonly lanes: Lanes;
  readonly effects: Effects;
  readonly acks: Acks;
  /** Takes the next ack id of the namespace. */
  readonly nextAckId: () => number;
  /** Encodes broadcasts for their recipients. */
  readonly protocols: Pick<Lookup<BroadcastEncoder>, "get">;
  /** Sends what is too large for one invocation. @default - everything is sent by one */
  readonly workers?: Workers;
  /** What a client that comes back is sent at most. */
  readonly missed: MissedLimits;
  /**
   * Told of each socket whose rooms change, by a process that holds every socket of the deployment for as long as it is
   * connected: the adapter then answers from memory. @default - the process holds the sockets of the running events
   */
  readonly resident?: (namespace: string, id: SocketId) => void;
  /** @default - a socket may be in any rooms */
  readonly roomLimits?: RoomLimits;
  /** The rooms of the other sockets of a socket's connection, their own apart. @default - none */
  readonly otherRooms?: (id: SocketId) => Iterable<Room>;
}

/** What the adapter needs to know of a socket of this process. */
export interface LocalSocket {
  readonly address: SocketAddress;
  /** The socket as it is to be stored, read when the write happens. */
  readonly describe: () => Omit<SocketRecord, "rooms" | "hearing">;
  /** Whether the socket is ending, and not only leaving its rooms. */
  readonly isEnding: () => boolean;
  /** Whether the whole connection is ending, so that its item will go anyway. */
  readonly isClosing: () => boolean;
  /** Whether it belongs to the connection whose event is being handled. */
  readonly isCurrent: () => boolean;
}

/** Socket.IO's namespace, as far as the adapter uses it. */
export interface AdapterNamespace {
  readonly name: string;
  readonly sockets: ReadonlyMap<SocketId, AdapterSocket>;
  readonly server: {
    readonly encoder: { encode(packet: Packet): (string | Buffer)[] };
    readonly opts: {
      readonly connectionStateRecovery?: { readonly maxDisconnectionDuration: number };
    };
  };
}

/** Socket.IO's socket, as far as the adapter uses it. */
export interface AdapterSocket {
  readonly id: SocketId;
  readonly handshake: { readonly issued: number };
  notifyOutgoingListeners(packet: Packet): void;
  packet(packet: Partial<Packet>): void;
  disconnect(close: boolean): unknown;
}
