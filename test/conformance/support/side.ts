import type { Server, ServerOptions } from "socket.io";

/** What an application does with its server. `note` writes down what the application sees. */
export type Application = (io: Server, note: (...seen: unknown[]) => void) => void;

/** Answers an event that asks for an ack, when it comes; `undefined` leaves the question open. */
export type Answer = (event: string, ...args: unknown[]) => unknown[] | undefined;

/** A client that speaks in frames: an attachment is written and read as `b` and base64. */
export interface RawClient {
  readonly isOpen: boolean;
  answer: Answer;
  /** Resolves when all that the frames have caused has happened, at every client. */
  send(...frames: string[]): Promise<void>;
  emit(event: string, ...args: unknown[]): Promise<void>;
  /** Joins a namespace and returns the socket's id; empty if it was refused. */
  join(namespace?: string, auth?: object): Promise<string>;
  /** What came since the last look. */
  take(): string[];
  /** Of that, the events of the main namespace without ack. */
  events(): unknown[];
  /** Closes the WebSocket. */
  leave(): Promise<void>;
}

/** One of the two servers under comparison, with one application. */
export interface Side {
  readonly name: "reference" | "rooms";
  readonly noted: unknown[];
  /** A connection that has got its open packet. */
  open(): Promise<RawClient>;
  /** A connection that has joined the main namespace, with nothing left to take. */
  connect(): Promise<RawClient & { readonly id: string }>;
  close(): Promise<void>;
}

export interface SideOptions {
  /** Serve everything from one container; otherwise every batch comes to a new one. */
  readonly oneContainer?: boolean;
  readonly server?: Partial<ServerOptions>;
}
