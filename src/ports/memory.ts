/**
 * What keeps an application's memory (variables, listeners, timers), and the host that stores it and puts it back.
 *
 * A host's order of calls, once for each copy of the application that it evaluates:
 *
 * 1. `start(host)` makes the memory and puts it where the application's bundle looks for it.
 * 2. The host evaluates the bundle and calls `loaded()`.
 * 3. For each connected socket that it makes again: `enter`, then those `connection` handlers for which `needsReplay`
 *    says so, inside of `mute`. Compiled handlers do NOT run again: the memory puts their listeners back.
 * 4. `restore(entries)`, if something was stored; in the mode "connection" once for each connection and batch.
 * 5. Events. A new socket: `enter` before its middlewares and `connection` handlers. After its last `disconnect`
 *    listener: `leave`.
 * 6. After a batch: `changes()`; the host writes them, and calls `stored()` when they are safe. In the mode "connection"
 *    then `forget(extent)`: the process keeps nothing of a connection.
 */

/** Text by id. Ids and texts are opaque to the host; an id has at most 200 characters, a text has any length. */
export type MemoryEntries = ReadonlyMap<string, string>;

/** What the memory asks of its host. */
export interface MemoryHost {
  /**
   * How a value is called that is the host's and not the application's: the server, a namespace, a socket (also one that
   * has left), the callback of an event that wants an ack, a broadcast operator. `undefined` for all others. A reference
   * says all that is needed to find or make it again, also in another container.
   */
  referenceTo(value: object): MemoryReference | undefined;
  /**
   * What a reference means here. A socket that has left is made again as one that is disconnected; its own properties
   * are put back by the memory. `undefined` if that cannot be: the variable becomes `undefined` and is named.
   */
  resolve(reference: MemoryReference): object | undefined;
  /** Epoch milliseconds, on the clock by which timers are due. */
  now(): number;
  /** Says that something has begun for which the running event must wait; the returned function says that it has ended. */
  begin(label: string): () => void;
  /** Names what cannot be kept, once each. */
  lost(loss: MemoryLoss): void;
  /** In the mode "connection": whose event runs, so that its timers are kept with it. */
  owner?(): MemoryReference | undefined;
  /**
   * In the mode "connection": the connection that a socket or an ack belongs to, by the name that extents have.
   * `undefined` for what belongs to none, as the server, and for a socket that was made again because it has left.
   */
  ownerOf?(value: object): string | undefined;
  /** `true` where no timer outlives its event: then timers are Node's own. */
  readonly hasNoTimers?: boolean;
}

/** JSON text with at most 2 KB. Equal references mean the same object. */
export type MemoryReference = string;

/** A value that a container which comes later will not have. */
export interface MemoryLoss {
  /** How the source gets there: `games.get("x").db`. */
  readonly path: string;
  /** What it is and why: "an instance of Chess, which is of a package". */
  readonly reason: string;
  /** Where the variable is declared: `server.js:12`. */
  readonly place: string;
}

/** A socket as the memory sees it: its own properties and listeners are read and written. */
export interface MemorySocket {
  eventNames(): (string | symbol)[];
  rawListeners(event: string | symbol): unknown[];
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  once(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
  /** Of Socket.IO's sockets: `onAny`, `onAnyOutgoing` and `use` are called to put back what these list. */
  listenersAny?(): unknown[];
  listenersAnyOutgoing?(): unknown[];
  onAny?(listener: (...args: unknown[]) => void): unknown;
  onAnyOutgoing?(listener: (...args: unknown[]) => void): unknown;
  use?(middleware: never): unknown;
}

/** What has changed since what was last stored. */
export interface MemoryChanges {
  readonly set: MemoryEntries;
  readonly removed: readonly string[];
}

/** A timer that is due. */
export interface DueTimer {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly due: number;
  /** In the mode "connection": whose it is. */
  readonly owner?: MemoryReference;
  /** Calls what is due, once; an interval is due again then. What it returns is awaited by the host, as of a listener. */
  fire(): unknown;
}

/**
 * What is kept: all of the application, or what belongs to the sockets of one connection, by any name for it. A
 * connection's is what its sockets reach: their listeners and properties, the variables of the runs that made these, and
 * what those hold. What loading has made belongs to the application, and a connection only refers to it.
 */
export type MemoryExtent =
  | "application"
  | { readonly connection: string; readonly sockets: readonly MemoryReference[] };

export interface Memory {
  /** Whether the bundle was compiled to be kept; if not, nothing here does anything and the host replays as ever. */
  readonly isCompiled: boolean;
  /** Call when the bundle is evaluated: what the application holds now is what every container begins with. */
  loaded(): void;
  /** Runs something whose effects on the memory are to be forgotten, such as timers that a replay starts again. */
  mute<T>(run: () => T): T;
  /** Whether a `connection` handler has to run again for a restored socket: one that is not compiled, of a package. */
  needsReplay(handler: unknown): boolean;
  /**
   * A socket is there from now on; call before its handlers and middlewares run.
   *
   * @param middlewares lists the socket's own ones (`socket.use`), which Socket.IO keeps in a private place
   */
  enter(
    reference: MemoryReference,
    socket: MemorySocket,
    middlewares?: () => readonly unknown[],
  ): void;
  /** A socket has left: its listeners are not kept any longer, it itself is while a variable holds it. */
  leave(reference: MemoryReference): void;
  /**
   * Puts back what was stored. Call after `enter` of all sockets that are still connected.
   *
   * @param extent @default "application"
   */
  restore(entries: MemoryEntries, extent?: MemoryExtent): void;
  /** Reads the memory and compares it with what was stored. @param extent @default "application" */
  changes(extent?: MemoryExtent): MemoryChanges;
  /** The last `changes` are stored, so that the next ones say only what is new. */
  stored(extent?: MemoryExtent): void;
  /** Whether what was stored says which listeners a socket has: if not, a version without a memory has stored it. */
  holds(entries: MemoryEntries, reference: MemoryReference): boolean;
  /** The sockets of a connection leave the process; what is stored of them stays. */
  forget(extent: MemoryExtent & object): void;
  /**
   * When the next timer is due, epoch milliseconds; `undefined` if none waits. It may be in the past.
   *
   * @param withIntervals whether intervals count, too @default true
   */
  nextDue(withIntervals?: boolean): number | undefined;
  /** The timer that is due first at a time, if any. Ask again after it has fired: it may have cleared or set others. */
  takeDue(now: number): DueTimer | undefined;
}

/** Makes a memory, and puts it where the application's bundle looks for it. Exported by `src/durable`. */
export type StartMemory = (host: MemoryHost) => Memory;
