import type { Server, Socket } from "socket.io";
import type { Memory, MemoryReference, StartMemory } from "../ports";
import { connectionOf } from "../socketio/address";
import { MEMORY } from "../socketio/attached";
import { hookMemory } from "../socketio/memory-hooks";
import { isThere, makeLists, middlewaresOf } from "../socketio/memory-sockets";
import { References } from "../socketio/references";
import type { VirtualConnection } from "../socketio/virtual-connection";

/**
 * What the handlers of connections hold, each connection's with its sockets' state. The process keeps nothing of it: a
 * batch puts it back from the item that it reads anyway, and takes it out again.
 */
export class ConnectionMemories {
  readonly #references = new References(true);
  readonly #memory: Memory;
  readonly #open = new Map<VirtualConnection, ConnectionMemory>();

  /** Call before the application is loaded. */
  constructor(startMemory: StartMemory) {
    this.#memory = startMemory(this.#references);
  }

  /** Call when the application is loaded. `undefined` if it was not compiled to be kept. */
  of(io: Server): this | undefined {
    this.#references.bind(io);
    this.#memory.loaded();
    if (!this.#memory.isCompiled) return undefined;
    hookMemory(io, {
      enter: (socket) => this.#open.get(connectionOf(socket))?.enter(socket),
      needsReplay: (handler, socket) =>
        this.#memory.needsReplay(handler) ||
        this.#open.get(connectionOf(socket))?.has(socket) === false,
      // Timers are Node's own here.
      mute: (run) => run(),
    });
    return this;
  }

  /** Call before the connection's sockets are made. */
  open(connection: VirtualConnection): ConnectionMemory {
    const release = () => {
      this.#open.delete(connection);
      if (this.#open.size === 0) this.#references.forgetLeft();
    };
    const memory = new ConnectionMemory(connection, this.#memory, this.#references, release);
    this.#open.set(connection, memory);
    return memory;
  }
}

/** What the handlers of one connection hold, for one batch. */
export class ConnectionMemory {
  /** As it is stored, or will be. */
  readonly #entries: Map<string, string>;
  readonly #sockets = new Map<MemoryReference, Socket>();

  constructor(
    private readonly connection: VirtualConnection,
    private readonly memory: Memory,
    private readonly references: References,
    private readonly onRelease: () => void,
  ) {
    const stored = [...connection.record.sockets.values()].find(
      ({ state }) => state.shared?.[MEMORY] !== undefined,
    );
    connection.memory = stored?.state.shared?.[MEMORY] as typeof connection.memory;
    this.#entries = new Map(Object.entries(connection.memory ?? {}));
  }

  enter(socket: Socket): void {
    const reference = this.references.referenceTo(socket);
    if (reference === undefined) return;
    this.#sockets.set(reference, socket);
    makeLists(socket);
    this.memory.enter(reference, socket, () => middlewaresOf(socket));
  }

  /** Whether the listeners of a restored socket are stored. If not, its connection handler has to register them. */
  has(socket: Socket): boolean {
    const reference = this.references.referenceTo(socket);
    return reference !== undefined && this.memory.holds(this.#entries, reference);
  }

  /** Call when the connection's sockets have been made again. */
  restore(): void {
    if (this.#entries.size > 0) this.memory.restore(new Map(this.#entries), this.#extent);
  }

  /** Call after each event that succeeded: what a failed one has changed is left out. */
  note(): void {
    for (const [reference, socket] of this.#sockets) {
      if (isThere(socket)) continue;
      this.#sockets.delete(reference);
      this.memory.leave(reference);
    }
    const { set, removed } = this.memory.changes(this.#extent);
    this.memory.stored(this.#extent);
    if (set.size + removed.length === 0) return;
    for (const id of removed) this.#entries.delete(id);
    for (const [id, text] of set) this.#entries.set(id, text);
    this.connection.memory = this.#entries.size > 0 ? Object.fromEntries(this.#entries) : undefined;
  }

  /** As it would be stored now, in the middle of an event. */
  read(): Readonly<Record<string, string>> {
    const { set, removed } = this.memory.changes(this.#extent);
    const kept = [...this.#entries].filter(([id]) => !removed.includes(id));
    return Object.fromEntries([...kept, ...set]);
  }

  /** Takes it out of the process. */
  release(): void {
    this.memory.forget(this.#extent);
    this.onRelease();
  }

  get #extent() {
    return { connection: this.connection.id, sockets: [...this.#sockets.keys()] };
  }
}
