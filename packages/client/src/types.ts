/** Events that no type describes. */
// biome-ignore lint/suspicious/noExplicitAny: what an untyped event carries is known to its handler alone
export type UntypedEvents = Record<string, (...args: any[]) => any>;

type Callback = (...args: never[]) => unknown;
type WithoutAck<A extends readonly unknown[]> = A extends [...infer Rest, infer Last]
  ? Last extends Callback
    ? Rest
    : A
  : A;

export type EventName<Events> = keyof Events & string;

/** An event's arguments, without the ack that is the last parameter in maps of types for Socket.IO. */
export type Args<Events, E extends keyof Events> = Events[E] extends (...args: infer A) => unknown
  ? WithoutAck<A>
  : never;

/** What an event is answered with: the ack's first parameter, or what the function returns. */
export type Answer<Events, E extends keyof Events> = Events[E] extends (
  ...args: infer A
) => infer Result
  ? A extends [...unknown[], infer Last]
    ? Last extends (...answer: infer B) => unknown
      ? B[0]
      : Awaited<Result>
    : Awaited<Result>
  : never;

/** As much of the standard's WebSocket as this client uses: that of browsers, of Node 22, and of the package `ws`. */
export interface WebSocketLike {
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
  send(text: string): void;
  close(): void;
}
export type WebSocketClass = new (url: string) => WebSocketLike;

export type Token = string | (() => string | Promise<string>);

/** Times are in milliseconds. */
export interface Options {
  /** @default "/" */
  readonly namespace?: string;
  /** Proves who the client is. A function is asked at every connection, and before its token ends. */
  readonly token?: Token;
  /** What the application reads as `socket.handshake.auth`, beside `token`. */
  readonly auth?: Readonly<Record<string, unknown>>;
  /** For Node before 22: the class of the package `ws`. */
  readonly WebSocket?: WebSocketClass;
  /** How long an action waits for its answer, time without a connection included. @default 20_000 */
  readonly timeoutMs?: number;
  /** How many actions wait for a connection. @default 100 */
  readonly bufferSize?: number;
  /** The first pause before a new connection; each next one is twice as long. @default 1_000 */
  readonly reconnectDelayMs?: number;
  /** The longest pause. @default 5_000 */
  readonly reconnectDelayMaxMs?: number;
  /** By which part a pause is longer or shorter, by chance. @default 0.5 */
  readonly jitter?: number;
  /** How long a connection may take. @default 20_000 */
  readonly connectTimeoutMs?: number;
}

/** `idle` before `open()` and after `close()`; `closed` if the server has ended it for good. */
export type Status = "idle" | "connecting" | "connected" | "closed";

/** A user or socket came into a room, or left it. */
export interface Presence {
  readonly type: "joined" | "left";
  readonly room: string;
  /** The socket's id: with tokens that of the user's first or last. */
  readonly id: string;
  /** The `sub` of the token, if there is one: keep members by it. */
  readonly user?: string;
}

export interface MembersPage {
  /** Ids of sockets. */
  readonly members: readonly string[];
  /** What to give as `after` for the next page; absent at the end. */
  readonly next?: string;
}
