/** The language of parity programs: what clients do, and what they ask the server to do. */

export type Room = string | number;

/** A room, or the socket of a client in the namespace that the act is about. */
export type Target = Room | { readonly client: number };

/** To whom an operator speaks. `T` is {@link Target} in a program and a room on the wire. */
export interface Audience<T> {
  /** A socket's operator leaves the socket out. */
  readonly via: "io" | "socket";
  /** Another namespace than the socket's own; for `io` only. */
  readonly of?: string;
  readonly to: readonly T[];
  readonly except: readonly T[];
}

/**
 * One thing that a handler does, in the order given, without waiting unless it has to. An act that
 * is `settled` is followed by a read, which what the act did must precede.
 */
export type Act<T = Target> =
  | { readonly act: "join"; readonly rooms: readonly Room[]; readonly awaited: boolean }
  | { readonly act: "leave"; readonly room: T }
  | { readonly act: "emit"; readonly audience: Audience<T>; readonly args: readonly unknown[] }
  | { readonly act: "emitSelf"; readonly how: "emit" | "send" | "traced"; readonly args: unknown[] }
  | { readonly act: "emitBytes"; readonly audience: Audience<T>; readonly bytes: readonly number[] }
  | { readonly act: "look" }
  | { readonly act: "write"; readonly key: string; readonly value: unknown }
  | { readonly act: "hang"; readonly name: "tag" | "user"; readonly value: unknown }
  | { readonly act: "ask"; readonly how: "promise" | "callback" }
  | { readonly act: "askRoom"; readonly audience: Audience<T> }
  | { readonly act: "fetch"; readonly audience: Audience<T> }
  | { readonly act: "ids"; readonly audience: Audience<T> }
  | {
      readonly act: "joinAll" | "leaveAll";
      readonly audience: Audience<T>;
      readonly rooms: Room[];
      readonly settled: boolean;
    }
  | {
      readonly act: "kickAll";
      readonly audience: Audience<T>;
      readonly close: boolean;
      readonly settled: boolean;
    }
  | {
      readonly act: "remote";
      readonly audience: Audience<T>;
      readonly how: RemoteMethod;
      readonly settled: boolean;
    }
  | { readonly act: "disconnect"; readonly close: boolean }
  | { readonly act: "off"; readonly event: "removable" }
  | { readonly act: "turn" };

export type RemoteMethod = "emit" | "join" | "leave" | "disconnect" | "ask";

/** Events with a listener of their own in the application. */
export type PlainEvent = "caught" | "single" | "removable" | "number" | "changed" | "forbidden";

export interface Auth {
  readonly token?: string;
  /** The connection handler joins this room, does not wait and emits to it. */
  readonly room?: Room;
  /** The connection handler disconnects. */
  readonly leave?: "namespace" | "connection";
}

/** One thing that happens at a client; the next comes when everything is quiet again. */
export type Step =
  | { readonly step: "connect"; readonly client: number; readonly namespace: string; auth: Auth }
  | { readonly step: "leave" | "ask"; readonly client: number; readonly namespace: string }
  | { readonly step: "close"; readonly client: number }
  | { readonly step: "silence"; readonly client: number; readonly silent: boolean }
  | { readonly step: "do"; readonly client: number; readonly namespace: string; acts: Act[] }
  | {
      readonly step: "emit";
      readonly client: number;
      readonly namespace: string;
      readonly events: readonly (readonly [PlainEvent, ...unknown[]])[];
    }
  | {
      readonly step: "echo";
      readonly client: number;
      readonly namespace: string;
      readonly bytes: readonly number[];
    };

/** `clients` lists, for each client, the namespaces that it is in when the steps begin. */
export interface Program {
  readonly clients: readonly (readonly string[])[];
  /** Whether connection state recovery is on. */
  readonly recovers: boolean;
  readonly steps: readonly Step[];
}

/** How long the server waits for answers, with a patience of 1; some clients keep silent. */
export const ANSWER_MS = 1200;
