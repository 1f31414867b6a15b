import type { ConnectionId, Handshake, ProtocolId, RecentAction } from "../ports";
import type { Packet } from "../wire/packet";

/**
 * The contract of a wire protocol: all that the rest has to know of one. docs/design/protocols.md says how to
 * add one; `runProtocolTests` of test/contracts/protocol.ts checks what is promised here.
 *
 * A protocol turns frames of a client into Socket.IO's packets and packets into frames. It never imports the host.
 */
export interface Protocol extends Declaration, BroadcastEncoder {
  /** Starts a connection for one batch of its events. Nothing outlives the batch but what the handler keeps. */
  createHandler(sink: ProtocolSink, client: HostedClient): ProtocolHandler;

  readonly acks: AckReader;
}

export type Query = Readonly<Record<string, string>>;

/**
 * What is known of a protocol without its codecs: `$connect` and the heartbeat load nothing else, and the
 * mapping template of the message route is generated from it.
 */
export interface Declaration {
  /** Stored with each connection and membership, so it never changes. At least two characters. */
  readonly id: ProtocolId;

  /**
   * Whether an upgrade request with this query is a client of the protocol. The first protocol of the list that
   * recognizes a request gets it.
   */
  recognizes(query: Query): boolean;

  /** Why the upgrade is refused with status 400, for the operator's log. */
  refuse(query: Query): string | undefined;

  /**
   * Takes secrets out of the query that the application sees.
   *
   * @default - the application sees the whole query, and clients recover sessions by their CONNECT packet
   */
  takeSession?(query: Query): Pick<Handshake, "query" | "recover">;

  /** The frame of the heartbeat. */
  readonly ping: string;

  /**
   * The frame that a client answers a ping by and that says nothing else: no function is invoked for it.
   *
   * @default - each frame of a client is handled
   */
  readonly pong?: string;

  /** Whether a client that has joined no namespace 45 seconds after it connected is disconnected. */
  readonly endsIdle: boolean;

  /**
   * How frames start that are acks: they travel on a lane of their own, since the ordinary one may wait for them.
   * No apostrophes and no `$` or `#`: the mapping template contains them.
   */
  readonly ackStarts: readonly string[];

  /**
   * How frames start of which the start does not show whether they belong to an ack: they travel on both lanes.
   * See `AckReader.frames`.
   */
  readonly sharedStarts: readonly string[];
}

/** What workers of large broadcasts load of a protocol. */
export interface BroadcastEncoder {
  readonly id: ProtocolId;

  /**
   * The texts of a broadcast's frames, made once for all clients of the protocol; no text if the packet is
   * invalid. A broadcast was encoded once by Socket.IO before anything could change its arguments.
   *
   * @param offset its place in the log, which is then also the last of the event's arguments
   */
  encodeBroadcast(encoded: Encoded, offset: string | undefined): readonly string[];
}

/** What Socket.IO's parser makes of one packet: its text, then its attachments. */
export type Encoded = readonly (string | Buffer)[];

/** What a protocol can do to the connection of its client. */
export interface ProtocolSink {
  /** Sends frames, in order. In a replay nothing is sent. */
  send(texts: readonly string[]): void;

  /** Hands a packet of the client to Socket.IO. */
  receive(packet: Packet): void;

  /**
   * Closes the connection for a violation: a string is the disconnect reason of its sockets, an error is what a
   * parser threw and reaches their `error` listeners.
   */
  fail(why: Error | "transport error" | "parse error"): void;

  /** Which protocol the client has turned out to speak, from now on. */
  become(protocol: ProtocolId): void;
}

/** What a protocol may know of its client. */
export interface HostedClient {
  readonly id: ConnectionId;
  /** What the client speaks, as far as the batches before have shown. */
  readonly protocol: ProtocolId;
  readonly handshake: Handshake;
  /** What `ProtocolHandler.recent` was at the end of the batch before. */
  readonly recent: readonly RecentAction[];
  /** Socket.IO's own parser. */
  readonly parser: Parser;
  /** Its socket in a namespace. */
  socket(namespace: string): ClientSocket | undefined;
  hasSockets(): boolean;
  /** Whether posts reach the client: right after `$connect` the upgrade may not have ended. */
  isReachable(): Promise<boolean>;
}

export interface ClientSocket {
  readonly id: string;
  /** The private id, where connection state recovery is on. */
  readonly pid: string | undefined;
  /** Whether the application listens to an event. */
  listensTo(event: string): boolean;
}

/** https://socket.io/docs/v4/custom-parser/ */
export interface Parser {
  readonly encoder: { encode(packet: Packet): (string | Buffer)[] };
  readonly decoder: PacketDecoder;
}

export interface PacketDecoder {
  /** Throws if the client may not send this. */
  add(part: string | Buffer | undefined): void;
  on(event: "decoded", listener: (packet: Packet) => void): unknown;
  /** There while a packet waits for its attachments. */
  readonly reconstructor?: object | null;
}

/** One connection of a client, for one batch of its events. */
export interface ProtocolHandler {
  /** The connection has been opened. It may be called again for the same connection: events are repeated. */
  open(): void | Promise<void>;

  /**
   * Takes one frame of the client. Never throws: what a client did wrong is answered, or ends its connection.
   *
   * @param redelivered whether it was delivered before, and may have been carried out
   */
  receive(frame: string, redelivered: boolean): void;

  /** The texts of the frames of a packet to this client alone. */
  encode(packet: Packet): readonly string[];

  /** Sends the client the reason why it is disconnected. @default - it is disconnected without one */
  explain?(why: Refusal): void;

  /** The event at hand has succeeded: it does not come again. */
  commit?(): void;

  /** The frames of a packet that is not complete. The next batch begins by receiving them again. */
  readonly pending?: readonly string[];

  /** What the next batch gets as `HostedClient.recent`; `undefined` if that has not changed. */
  readonly recent?: readonly RecentAction[] | undefined;
}

/** Why what a client asked for was not carried out: data for the client, not an exception. */
export interface Refusal {
  /** One of docs/protocol.md's error codes. */
  readonly code: string;
  readonly message: string;
  /** The client's own id of its request, where it could be read. */
  readonly id?: string | number | undefined;
  readonly namespace?: string;
}

/**
 * Reads frames of the ack lane, which loads no connection: only the start of a frame shows its protocol.
 * Protocols with the same starts share one reader.
 */
export interface AckReader {
  /** Reads a frame with one of `ackStarts`. Never throws. */
  decode(frame: string): DecodedAck;

  /** The namespace of acks that do not say theirs. @default - they are of `/` */
  namespaceOf?(query: Query): string;

  /** Frames for a client whose ack was invalid. @default - its connection is closed */
  explain?(refusal: Refusal | undefined): readonly string[];

  /** There if the protocol has `sharedStarts`. */
  readonly frames?: AckFrames;
}

export type DecodedAck =
  | {
      readonly ok: true;
      /** Absent if the frame does not say it. */
      readonly namespace?: string;
      readonly ackId: number;
      readonly args: readonly unknown[];
    }
  | { readonly ok: false; readonly refusal?: Refusal; readonly isIgnored?: boolean };

/** Acks of several frames, which come among frames of events that start alike. */
export interface AckFrames {
  /** What a frame begins; `undefined` if it continues what the frames before it have begun. */
  begins(frame: string): "ack" | "event" | undefined;
  /** The ack of these frames, of which the first begins it; `undefined` while some are missing. */
  complete(frames: readonly string[]): DecodedAck | undefined;
}
