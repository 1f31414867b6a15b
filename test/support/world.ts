import { type Namespace, Server, type ServerOptions } from "socket.io";
import { ApplicationHost } from "../../src/host/application/application-host";
import { makeCopy } from "../../src/host/application/memory";
import type { Routes } from "../../src/host/application/routes";
import { ConnectionMemories } from "../../src/host/connection-memory";
import { Host, type HostPorts } from "../../src/host/host";
import type { CloseCause, LaneEvent } from "../../src/lanes/events";
import type {
  Delivery,
  Frame,
  GoneMember,
  Outcome,
  PendingLeave,
  ProtocolId,
  RoomMove,
  SocketAddress,
  StartMemory,
  Workers,
} from "../../src/ports";
import type { Protocols } from "../../src/protocols";
import { isShared } from "../../src/protocols/frame-starts";
import {
  type ConnectionLimits,
  DEFAULT_CONNECTION_LIMITS,
} from "../../src/settings/connection-limits";
import type { Allowance } from "../../src/spending/allowance";
import { memoryStores, type TestStores } from "./stores";

/**
 * An application behind the real host and a store, with a recording delivery. Every batch gets
 * a server of its own, as if every invocation were served by another container.
 *
 * The store is the twin in memory unless a test is about DynamoDB: requests, items, keys, sizes, lost answers.
 */
export class World<Table extends TestStores = TestStores> {
  readonly sent = new Map<string, string[]>();
  readonly gone = new Set<string>();
  readonly reported: GoneMember[] = [];
  /** What was sent to other connections' lanes. */
  readonly commands: LaneEvent[] = [];
  /** What waits in the queue of delays. */
  readonly delayed: { readonly absence: PendingLeave; readonly delaySeconds: number }[] = [];
  /** What wakes the lane of the whole application. */
  readonly wakes: { readonly at: number; readonly delaySeconds: number }[] = [];
  /** What clients may speak; absent: what those of a stack may. */
  protocols: Protocols | undefined;
  /** Who sends what is too large for one invocation. */
  workers: Workers | undefined;
  /** What one connection may ask for; a rate of frames that no test reaches by itself. */
  limits: Partial<ConnectionLimits> = {};
  /** How long an invocation has for a batch, in milliseconds. */
  patienceMs = 60_000;
  /** Where clients that connect from now on are. */
  address = "203.0.113.7";
  /** What an address may cost; absent: any amount. One for all containers, as if they had the same memory. */
  allowance: Allowance | undefined;
  /**
   * Absent: each connection has a lane. Else the whole application has one, and each batch another container (`fresh`), or
   * all the same (`warm`).
   */
  residence: "fresh" | "warm" | undefined;
  /** What keeps the memory of the application, in each container anew. */
  startMemory: StartMemory | undefined;
  /** Makes the request of a connection as middlewares have left it; absent: they put nothing on requests. */
  restoreRequest: HostPorts["restoreRequest"];
  /** What hands HTTP requests to each container's copy of the application, with one lane. */
  routesOf: ((io: Server) => Routes) | undefined;
  /** Called before each post; may wait or throw. */
  beforeSend: (id: string, text: string) => Promise<void> = async () => {};

  /** Whether connections have one container for all of their batches, where each has a lane. */
  isWarm = false;

  #requests = 0;
  #warm: Host | undefined;
  #application: ApplicationHost | undefined;

  private constructor(
    readonly app: () => Server,
    readonly table: Table,
  ) {}

  static async start(app: () => Server): Promise<World> {
    return new World(app, memoryStores());
  }

  /** The same over another store: see `table-world.ts` for one that is a table. */
  static over<Table extends TestStores>(app: () => Server, table: Table): World<Table> {
    return new World(app, table);
  }

  /** An application for one test: what `setup` does with a new server, once for every container. */
  static of(setup: (io: Server) => void, options: Partial<ServerOptions> = {}): Promise<World> {
    return World.start(creates(setup, options));
  }

  close(): Promise<void> {
    return this.table.close();
  }

  /** The events without ack that were sent to a stock client since the last look. */
  events(id: string): unknown[] {
    return this.take(id)
      .filter((frame) => /^42\[/.test(frame))
      .map((frame) => JSON.parse(frame.slice(2)));
  }

  /** A new connection, opened; a Socket.IO client has got its open packet and not yet connected. */
  async open(id: string, query: Record<string, string> = {}, protocol: ProtocolId = "socket.io") {
    const handshake = {
      headers: { host: "example.com", cookie: "a=1" },
      query,
      address: this.address,
      url: "/prod/",
      ...(this.restoreRequest && { put: { again: true } }),
    };
    const connectedAt = Date.now();
    await this.table.store.open({ id, protocol, handshake, connectedAt, sockets: new Map() });
    await this.handle(id, [{ type: "open", connectionId: id }]);
  }

  /** A connection of a stock client that has joined a namespace; returns the socket's id. */
  async connect(id: string, namespace = "/", auth?: object): Promise<string> {
    await this.open(id, { EIO: "4", transport: "websocket" });
    return this.join(id, namespace, auth);
  }

  async join(id: string, namespace = "/", auth?: object): Promise<string> {
    const name = namespace === "/" ? "" : `${namespace},`;
    await this.frames(id, `40${name}${auth ? JSON.stringify(auth) : ""}`);
    const prefix = `40${name}{`;
    const reply = this.sent.get(id)?.findLast((frame) => frame.startsWith(prefix));
    return reply ? JSON.parse(reply.slice(prefix.length - 1)).sid : "";
  }

  /** Frames of one connection in one batch. */
  frames(id: string, ...texts: string[]): Promise<number> {
    return this.#deliver("frame", id, texts);
  }

  /** Frames that were delivered before, as after a failure. */
  again(id: string, ...texts: string[]): Promise<number> {
    return this.#deliver("frame", id, texts, true);
  }

  /** Frames as they come on the ack lane. */
  acks(id: string, ...texts: string[]): Promise<number> {
    return this.#deliver("ack", id, texts);
  }

  /** What the function of publish does. */
  async fromOutside(work: (namespace: Namespace) => void): Promise<void> {
    const host = Host.attach(this.app(), this.#ports());
    await host.runWithoutConnection("/", async (namespace) => work(namespace), Date.now() + 5000);
  }

  /** Frames of several connections in one batch of the application's lane. */
  batch(...frames: readonly (readonly [id: string, text: string])[]): Promise<number> {
    const events = frames.map(([id, text]) => this.#frame("frame", id, text));
    return this.handle("application", events);
  }

  /** Lets the time pass until the first message that wakes the application's lane, and delivers it. */
  async passTimers(): Promise<void> {
    const wake = this.wakes.shift();
    if (!wake) return;
    const { at } = wake;
    const clock = jest.spyOn(Date, "now").mockReturnValue(at);
    try {
      await this.handle("application", [{ type: "wake", connectionId: "application", at }]);
    } finally {
      clock.mockRestore();
    }
  }

  #deliver(
    type: "frame" | "ack",
    id: string,
    texts: string[],
    redelivered = false,
  ): Promise<number> {
    return this.handle(
      id,
      texts.map((text) => this.#frame(type, id, text, redelivered)),
    );
  }

  #frame(
    type: "frame" | "ack",
    connectionId: string,
    text: string,
    redelivered = false,
  ): LaneEvent {
    return {
      ...{ type, connectionId, redelivered },
      ...(type === "frame" && isShared(text) ? { copied: true } : {}),
      ...{ requestId: `r${this.#requests++}`, at: Date.now() },
      body: Buffer.from(text).toString("base64"),
    };
  }

  /** Runs what was sent to other connections' lanes. */
  async runCommands(): Promise<void> {
    for (const command of this.commands.splice(0))
      await this.handle(command.connectionId, [command]);
  }

  /** Lets the time of the queue of delays pass. */
  async runDelayed(): Promise<void> {
    for (const { absence } of this.delayed.splice(0)) {
      const connectionId = `${absence.who.socketId}`;
      await this.handle(connectionId, [{ type: "absence", connectionId, ...absence }]);
    }
  }

  emit(id: string, event: string, ...args: unknown[]): Promise<number> {
    return this.frames(id, `42${JSON.stringify([event, ...args])}`);
  }

  end(id: string, cause: CloseCause = { type: "disconnected", code: 1005, reason: "" }) {
    return this.handle(id, [{ type: "close", connectionId: id, cause }]);
  }

  handle(id: string, events: LaneEvent[]): Promise<number> {
    const ports = this.#ports();
    const deadline = Date.now() + this.patienceMs;
    if (!this.residence) return this.#host(ports).handle(id, events, deadline);
    const known = this.residence === "warm" ? this.#application : undefined;
    const { application } = this.table;
    const copy = () => makeCopy(async () => this.app(), this.startMemory);
    this.#application =
      known ??
      new ApplicationHost(copy, {
        ...{ ...ports, application },
        ...(this.routesOf && { routesOf: this.routesOf }),
      });
    const named = events.map((event) => ({ messageId: `m${this.#requests++}`, ...event }));
    return this.#application.handle(id, named, deadline);
  }

  /** A container with a lane for each connection. */
  #host(ports: HostPorts): Host {
    if (this.#warm) return this.#warm;
    const memories = this.startMemory && new ConnectionMemories(this.startMemory);
    const io = this.app();
    const host = Host.attach(io, { ...ports, memories: memories?.of(io) });
    if (this.isWarm) this.#warm = host;
    return host;
  }

  /** What each container is given. */
  #ports() {
    const { store, ackStore, sessions, log, orders, rooms, namespaces, presence } = this.table;
    const lanes = {
      gone: async (members: readonly GoneMember[]) => void this.reported.push(...members),
      disconnect: async (sockets: readonly SocketAddress[], close: boolean) =>
        void this.commands.push(
          ...sockets.map(({ connectionId, namespace, socketId }) => ({
            type: "disconnect" as const,
            connectionId,
            namespace,
            socketId,
            close,
          })),
        ),
      replaced: async (connectionId: string) =>
        void this.commands.push({ type: "close", connectionId, cause: { type: "replaced" } }),
      wake: async (at: number, delaySeconds: number) => void this.wakes.push({ at, delaySeconds }),
      ...(this.residence && {
        moved: async ({ connectionId, namespace, socketId }: SocketAddress, change: RoomMove) =>
          void this.commands.push({ type: "moved", connectionId, namespace, socketId, ...change }),
      }),
      later: async (absence: PendingLeave, delaySeconds: number) =>
        void this.delayed.push({ absence, delaySeconds }),
    };
    return {
      store,
      ackStore,
      sessions,
      log,
      orders,
      rooms,
      namespaces,
      presence,
      delivery: this.delivery,
      lanes,
      ...(this.protocols && { protocols: this.protocols }),
      ...(this.workers && { workers: this.workers }),
      ...(this.allowance && { allowance: this.allowance }),
      ...(this.restoreRequest && { restoreRequest: this.restoreRequest }),
      limits: { ...DEFAULT_CONNECTION_LIMITS, ...this.limits },
    };
  }

  /** What was sent to a connection since the last look. */
  take(id: string): string[] {
    const frames = this.sent.get(id) ?? [];
    this.sent.delete(id);
    return frames;
  }

  readonly delivery: Delivery = {
    send: async (id: string, frames: readonly Frame[]): Promise<Outcome> => {
      if (this.gone.has(id)) return "gone";
      for (const { bytes } of frames) {
        const text = Buffer.from(bytes).toString("utf8");
        await this.beforeSend(id, text);
        this.sent.set(id, [...(this.sent.get(id) ?? []), text]);
      }
      return "delivered";
    },
    reachable: async (id: string) => !this.gone.has(id),
    close: async (id: string) => {
      this.gone.add(id);
    },
  };
}

/** Creates a server for each container. */
export function creates(
  setup: (io: Server) => void,
  options: Partial<ServerOptions>,
): () => Server {
  return () => {
    const io = new Server(options);
    setup(io);
    return io;
  };
}
