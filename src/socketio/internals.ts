import type { Namespace, Server, Socket } from "socket.io";
import type { RoomsAdapter } from "../adapter/rooms-adapter";
import type { Packet } from "../wire/packet";

/**
 * The parts of Socket.IO that are private in its types and that hosting it needs. All of them, and
 * only here; each was read in the source of socket.io 4.8.4, to which package.json is pinned.
 */
export interface ServerInternals {
  readonly _nsps: Map<string, Namespace>;
  /** Dynamic namespaces by their matcher, in the order of registration. */
  readonly parentNsps: Map<Matcher, ParentInternals>;
  encoder: { encode(packet: Packet): (string | Buffer)[] };
  /** As the application gave them. */
  readonly opts: {
    readonly maxHttpBufferSize?: unknown;
    readonly connectionStateRecovery?: { readonly maxDisconnectionDuration?: number };
  };
  onconnection(connection: unknown): unknown;
  /** Asks the matchers whether an unknown namespace may exist. */
  _checkNamespace(name: string, auth: unknown, done: (namespace: unknown) => void): void;
}

type Matcher = (
  name: string,
  auth: unknown,
  answer: (error: unknown, allow: boolean) => void,
) => void;

export interface ParentInternals {
  readonly children: Set<Namespace>;
  readonly adapter: Pick<RoomsAdapter, "broadcast">;
  emit(event: string, ...args: unknown[]): boolean;
  /** An operator for everyone but those in some rooms. */
  except(rooms: string[]): { emit(event: string, ...args: unknown[]): boolean };
  createChild(name: string): Namespace;
}

/** The payload of a CONNECT packet. */
export type Auth = Record<string, unknown>;

export interface NamespaceInternals {
  readonly name: string;
  readonly sockets: Map<string, Socket>;
  readonly adapter: RoomsAdapter;
  /** The last ack id given out. */
  _ids: number;
  _fns: Middleware<unknown>[];
  /** Sockets whose middlewares have not ended. */
  readonly _preConnectSockets: Map<string, Socket>;
  _remove(socket: Socket): void;
  /** Runs the namespace's middlewares. */
  run(socket: Socket, done: (error?: Error) => void): void;
  /** What a CONNECT packet leads to: makes a socket and runs the middlewares. */
  _add(client: unknown, auth: Auth, done?: (socket: Socket) => void): Promise<void>;
  /** Makes the socket, with its old session where that can be recovered. */
  _createSocket(client: unknown, auth: Auth): Promise<Socket>;
  /** Connects a socket that the middlewares have let in. */
  _doConnect(socket: Socket, done?: (socket: Socket) => void): void;
  emitReserved(event: string, ...args: unknown[]): boolean;
}

/** What Server, Namespace and Socket share (`StrictEventEmitter`). */
export interface EmitterInternals {
  emitReserved(event: string | symbol, ...args: unknown[]): boolean;
  emitUntyped(event: string | symbol, ...args: unknown[]): boolean;
}

export interface SocketInternals {
  connected: boolean;
  recovered: boolean;
  /** The private id, where connection state recovery is on. */
  readonly pid?: string;
  handshake: Socket["handshake"];
  /** `socket.use` middlewares. */
  fns: Middleware<unknown>[];
  /** Callbacks of events that the client has not acknowledged yet, by ack id. */
  readonly acks: ReadonlyMap<number, unknown>;
  /** Modifiers of the next emit. */
  flags: { timeout?: number };
  _onpacket(packet: Packet): void;
  /** Calls the listeners of an event. */
  onevent(packet: Packet): void;
  /** Runs the `socket.use` middlewares. */
  run(event: unknown[], done: (error?: Error) => void): void;
  /** Sends why a namespace has refused it. */
  _error(refusal: { message: string; data?: unknown }): void;
  /** The function that answers the event with this ack id. */
  ack(id: unknown): (...args: unknown[]) => void;
  listenersAny(): ((...args: unknown[]) => unknown)[];
  /** Runs the `socket.use` middlewares, then the listeners. */
  dispatch(event: unknown[]): void;
  /** Joins its own room and sends the reply. */
  _onconnect(): void;
  /** Leaves all rooms and the namespace. */
  _cleanup(): void;
  /** Ends the socket, for a reason in Socket.IO's words. */
  _onclose(reason: string, description?: unknown): unknown;
  packet(packet: Partial<Packet>): void;
  disconnect(close?: boolean): Socket;
  emit(event: string, ...args: unknown[]): boolean;
}

/** Socket.IO's holder of one connection. */
export interface ClientInternals {
  /** The connection's. */
  readonly id: string;
  encoder: { encode(packet: Packet): (string | Buffer)[] };
  readonly sockets: Map<string, Socket>;
  readonly nsps: Map<string, Socket>;
  connectTimeout: NodeJS.Timeout | undefined;
  ondecoded(packet: Packet): void;
  /** What a CONNECT packet asks for. */
  connect(namespace: string, auth?: unknown): void;
  _packet(packet: Packet): void;
  /** Forgets a socket. */
  _remove(socket: Socket): void;
  /** Disconnects all sockets, and closes the connection. */
  _disconnect(): void;
  destroy(): void;
  readonly decoder: DecoderInternals;
}

export interface DecoderInternals {
  add(part: string | Buffer | undefined): void;
  on(event: "decoded", listener: (packet: Packet) => void): unknown;
  off(event: "decoded", listener: (packet: Packet) => void): unknown;
  destroy(): void;
  /** There while a packet waits for its attachments. */
  readonly reconstructor?: object | null;
}

export type Middleware<Subject> = (subject: Subject, next: (error?: Error) => void) => unknown;

export const serverInternals = (io: Server) => io as unknown as ServerInternals;
export const namespaceInternals = (namespace: Namespace) =>
  namespace as unknown as NamespaceInternals;
export const socketInternals = (socket: Socket) => socket as unknown as SocketInternals;
