/** So long after the server has disconnected it a client comes back by itself. */
export const RETURN_MS = 300;

/** What a client hears, whatever it speaks. */
export interface WireListener {
  onConnect(namespace: string, socketId: string, recovered: boolean): void;
  onDisconnect(namespace: string): void;
  onRefused(namespace: string): void;
  /** With this offset it asks for its session. */
  onName(namespace: string, offset: string): void;
  onEvent(
    namespace: string,
    event: string,
    args: readonly unknown[],
    reply?: (value: unknown) => void,
  ): void;
}

/** How a client reaches the server. It comes back by itself until it is closed. */
export interface Wire {
  /** Of the WebSocket that is open or being opened. */
  readonly connectionId: string | undefined;
  emit(namespace: string, event: string, args: readonly unknown[], done?: Done): void;
  /** An action of managed rooms; `done` is called if it was carried out. */
  manage(
    namespace: string,
    verb: Verb,
    fields: Readonly<Record<string, unknown>>,
    done: Done,
  ): void;
  leaveNamespace(namespace: string): void;
  enterNamespace(namespace: string): void;
  /** Loses the connection. */
  breakOff(): void;
  close(): void;
}

export type Done = (...args: unknown[]) => void;
export type Verb = "join" | "leave" | "send";

export interface WireOptions {
  /** By namespace: what it shows to its middlewares. */
  readonly auth: Readonly<Record<string, Record<string, unknown>>>;
  readonly listener: WireListener;
  /** It comes back with an offset below all others, whatever it has heard. Only JSON clients can. */
  readonly isGreedy?: boolean;
}
