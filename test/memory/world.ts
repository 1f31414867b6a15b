import { startMemory } from "../../src/durable";
import { Application } from "../../src/names";
import type { Memory, MemoryLoss } from "../../src/ports";
import { Model, ModelSocket, Operator, type Outside } from "./model";
import { VirtualTimers } from "./virtual-timers";

/** Whether a container is replaced before an event. */
export type Replace = (event: number) => boolean;

/** What the application sets besides goes with its container. */
const GLOBALS = new Set(Object.keys(globalThis));

interface Container {
  readonly io: Model;
  readonly memory: Memory | undefined;
}

/** An application and its clients: with a memory between containers, or in one process as under node. */
export class World {
  readonly outside: Outside = { connected: new Map(), heard: [], now: 1_000_000, acks: 0 };
  readonly entries = new Map<string, string>();
  readonly lost: MemoryLoss[] = [];
  readonly timers = new VirtualTimers(() => this.outside.now);
  /** How many entries each event has written. */
  readonly written: number[] = [];
  /** What each connection keeps, where connections keep what is theirs. */
  readonly #own = new Map<string, Map<string, string>>();
  #events = 0;
  #container: Container | undefined;

  /**
   * @param replace undefined for the reference: the source in one process, without a memory
   * @param isOfConnections whether each connection keeps what is its own, and a container has one only while it has an
   *   event
   */
  constructor(
    private readonly code: string,
    private readonly replace: Replace | undefined,
    private readonly isOfConnections = false,
  ) {}

  connect(id: string, auth: Record<string, unknown> = {}): Promise<void> {
    return this.#event(id, ({ io, memory }) => {
      this.outside.connected.set(id, { id, auth, rooms: new Set(), data: "{}" });
      const socket = this.#makeSocket(io, id, auth);
      memory?.enter(referenceTo(socket) as string, socket, () => socket.uses);
      if (!io.pass(socket)) {
        this.outside.connected.delete(id);
        io.live.delete(id);
        return memory?.leave(referenceTo(socket) as string);
      }
      for (const handler of io.handlers("connection")) handler(socket);
    });
  }

  /** Sends an event of a client. */
  send(id: string, event: string, ...args: unknown[]): Promise<void> {
    return this.#event(id, ({ io }) => io.live.get(id)?.dispatch(event, args));
  }

  /** Sends an event that wants an ack. */
  ask(id: string, event: string, ...args: unknown[]): Promise<void> {
    return this.#event(id, ({ io }) => {
      const ack = this.#ackOf(id, this.outside.acks++);
      io.live.get(id)?.dispatch(event, [...args, ack]);
    });
  }

  disconnect(id: string): Promise<void> {
    return this.#event(id, ({ io }) => io.live.get(id)?.end("transport close"));
  }

  /** Lets time pass: each timer is an event. */
  async pass(ms: number): Promise<void> {
    const end = this.outside.now + ms;
    for (;;) {
      const { memory } = await this.#running();
      const due = memory ? memory.nextDue() : this.timers.nextDue();
      if (due === undefined || due > end) break;
      this.outside.now = Math.max(due, this.outside.now);
      await this.#event(undefined, (one) => {
        const { now } = this.outside;
        if (one.memory) one.memory.takeDue(now)?.fire();
        else this.timers.fire(now);
      });
    }
    this.outside.now = end;
  }

  async #running(): Promise<Container> {
    this.#container ??= await this.#start();
    return this.#container;
  }

  async #event(id: string | undefined, run: (container: Container) => void): Promise<void> {
    if (this.#container && this.replace?.(this.#events++)) this.#container = undefined;
    const container = await this.#running();
    const own = this.isOfConnections ? id : undefined;
    if (own !== undefined) this.#bring(container, own);
    try {
      run(container);
    } catch (error) {
      this.outside.heard.push(["threw", (error as Error).name]);
    }
    await settled();
    if (own !== undefined) this.#release(container, own);
    else this.#keep(container);
  }

  /** As a host does before a batch of one connection. */
  #bring({ io, memory }: Container, id: string): void {
    const record = this.outside.connected.get(id);
    if (!record) return;
    const socket = this.#makeSocket(io, id, record.auth);
    socket.data = JSON.parse(record.data);
    const reference = referenceTo(socket) as string;
    memory?.enter(reference, socket, () => socket.uses);
    memory?.restore(this.#own.get(id) ?? new Map(), { connection: id, sockets: [reference] });
  }

  /** The same after it: nothing of the connection stays in the process. */
  #release({ io, memory }: Container, id: string): void {
    const socket = io.live.get(id);
    const record = this.outside.connected.get(id);
    if (!memory || !socket || !record) return void this.#own.delete(id);
    record.data = JSON.stringify(socket.data);
    const extent = { connection: id, sockets: [referenceTo(socket) as string] };
    const { set, removed } = memory.changes(extent);
    this.written.push(set.size);
    const entries = this.#own.get(id) ?? new Map<string, string>();
    this.#own.set(id, entries);
    for (const [name, text] of set) entries.set(name, text);
    for (const name of removed) entries.delete(name);
    memory.forget(extent);
    io.live.delete(id);
  }

  /** As a host does after a batch. */
  #keep({ io, memory }: Container): void {
    for (const [id, socket] of io.live) {
      const record = this.outside.connected.get(id);
      if (record) record.data = JSON.stringify(socket.data);
    }
    if (!memory) return;
    const { set, removed } = memory.changes();
    this.written.push(set.size);
    for (const [id, text] of set) this.entries.set(id, text);
    for (const id of removed) this.entries.delete(id);
    memory.stored();
  }

  async #start(): Promise<Container> {
    const io = new Model(this.outside);
    // In one process, what is compiled finds none.
    Reflect.deleteProperty(globalThis, Symbol.for(Application.memory));
    for (const name of Object.keys(globalThis)) {
      if (!GLOBALS.has(name)) Reflect.deleteProperty(globalThis, name);
    }
    const memory = this.replace ? this.#startMemory(io) : undefined;
    this.#evaluate(io);
    await settled();
    memory?.loaded();
    io.onLeft = (socket) => memory?.leave(referenceTo(socket) as string);
    for (const { id, auth, data } of this.isOfConnections ? [] : this.outside.connected.values()) {
      const socket = this.#makeSocket(io, id, auth);
      socket.data = JSON.parse(data);
      memory?.enter(referenceTo(socket) as string, socket, () => socket.uses);
      io.isMuted = true;
      for (const handler of io.handlers("connection")) {
        if (memory?.needsReplay(handler)) memory.mute(() => handler(socket));
      }
      io.isMuted = false;
    }
    if (this.entries.size > 0) memory?.restore(new Map(this.entries));
    return { io, memory };
  }

  #startMemory(io: Model): Memory {
    const gone = new Map<string, ModelSocket>();
    return startMemory({
      referenceTo,
      ...(this.isOfConnections && { ownerOf, hasNoTimers: true }),
      resolve: (reference) => {
        const [kind, id, more] = JSON.parse(reference) as [string, string, never];
        if (kind === "io") return io;
        if (kind === "nsp") return io.sockets;
        if (kind === "ack") return this.#ackOf(id, Number(more));
        if (kind === "op") return new Operator(io, JSON.parse(id) as never);
        const live = io.live.get(id);
        if (live) return live;
        const socket = gone.get(id) ?? new ModelSocket(io, id, more);
        socket.connected = false;
        gone.set(id, socket);
        return socket;
      },
      now: () => this.outside.now,
      begin: () => () => undefined,
      lost: (loss) => void this.lost.push(loss),
    });
  }

  #makeSocket(io: Model, id: string, auth: Record<string, unknown>): ModelSocket {
    const socket = new ModelSocket(io, id, auth);
    io.live.set(id, socket);
    return socket;
  }

  #ackOf(id: string, number: number): (...args: unknown[]) => void {
    const ack = (...args: unknown[]) => {
      this.outside.heard.push([id, `ack ${number}`, ...JSON.parse(JSON.stringify(args))]);
    };
    acks.set(ack, JSON.stringify(["ack", id, number]));
    return ack;
  }

  #evaluate(io: Model): void {
    const hosted = (name: string): unknown => {
      if (name === Application.memoryModule) return Reflect.get(globalThis, memory);
      if (name !== "socket.io") return require(name);
      function make() {
        return io;
      }
      return Object.assign(make, { Server: make, Namespace: Model, Socket: ModelSocket });
    };
    const { timers } = this;
    const names = ["setTimeout", "setInterval", "clearTimeout", "clearInterval"] as const;
    const given = names.map((name) => timers[name]);
    const module = { exports: {} };
    const socketIo = Symbol.for(Application.hosted);
    const memory = Symbol.for(Application.memory);
    Object.assign(globalThis, { [socketIo]: { "socket.io": hosted("socket.io") } });
    new Function("require", "module", "exports", "__filename", "__dirname", ...names, this.code)(
      ...[hosted, module, module.exports, "/app/server.js", "/app", ...given],
    );
  }
}

const acks = new WeakMap<object, string>();

function referenceTo(value: object): string | undefined {
  if (value instanceof ModelSocket) {
    return JSON.stringify(["socket", value.id, value.handshake.auth]);
  }
  if (value instanceof Operator) return JSON.stringify(["op", JSON.stringify(value.target)]);
  if (!(value instanceof Model)) return acks.get(value);
  return JSON.stringify([Object.hasOwn(value, "live") ? "io" : "nsp"]);
}

function ownerOf(value: object): string | undefined {
  return value instanceof ModelSocket ? value.id : undefined;
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
