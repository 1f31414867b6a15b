import { EventEmitter } from "node:events";

/**
 * Socket.IO's server as an application in one process sees it, without a wire: what is sent is heard at once by those
 * who are there. The reference runs the application's source on it in one process; the memory's tests evaluate it anew
 * for every event. Both see this model, so a difference is the memory's.
 */
export interface Connected {
  readonly id: string;
  readonly auth: Record<string, unknown>;
  readonly rooms: Set<string>;
  /** What the host stores of `socket.data`. */
  data: string;
}

/** What outlives containers. */
export interface Outside {
  readonly connected: Map<string, Connected>;
  readonly heard: unknown[][];
  now: number;
  acks: number;
}

type Target = { readonly rooms: readonly string[]; readonly except: readonly string[] };

/** One evaluation's server. */
export class Model extends EventEmitter {
  readonly live = new Map<string, ModelSocket>();
  readonly #middlewares: ((socket: ModelSocket, next: (error?: Error) => void) => void)[] = [];
  readonly sockets: { sockets: Map<string, ModelSocket> } & Model;
  readonly engine: { readonly clientsCount: number } & EventEmitter;
  isMuted = false;
  onLeft: (socket: ModelSocket) => void = () => undefined;

  constructor(readonly outside: Outside) {
    super();
    this.sockets = Object.assign(Object.create(this), { sockets: this.live });
    const { live } = this;
    const engine = Object.assign(new EventEmitter(), { clientsCount: 0, use: () => engine });
    this.engine = Object.defineProperty(engine, "clientsCount", { get: () => live.size });
  }

  of(): this["sockets"] {
    return this.sockets;
  }

  use(middleware: (socket: ModelSocket, next: (error?: Error) => void) => void): this {
    this.#middlewares.push(middleware);
    return this;
  }

  pass(socket: ModelSocket): boolean {
    return this.#middlewares.every((one) => {
      let isIn = false;
      one(socket, (error) => {
        isIn = !error;
      });
      return isIn;
    });
  }

  to(room: string | string[]): Operator {
    return new Operator(this, { rooms: [room].flat(), except: [] });
  }

  in(room: string | string[]): Operator {
    return this.to(room);
  }

  except(room: string): Operator {
    return new Operator(this, { rooms: [], except: [room] });
  }

  override emit(event: string, ...args: unknown[]): boolean {
    return new Operator(this, { rooms: [], except: [] }).emit(event, ...args);
  }

  handlers(event: string): ((socket: ModelSocket) => void)[] {
    return this.listeners(event) as ((socket: ModelSocket) => void)[];
  }

  listen(): this {
    return this;
  }

  send({ rooms, except }: Target, event: string, args: unknown[]): void {
    if (this.isMuted) return;
    for (const { id, rooms: own } of this.outside.connected.values()) {
      const is = (room: string) => room === id || own.has(room);
      if (except.some(is) || (rooms.length > 0 && !rooms.some(is))) continue;
      this.outside.heard.push([id, event, ...(JSON.parse(JSON.stringify(args)) as unknown[])]);
    }
  }
}

export class Operator {
  constructor(
    private readonly io: Model,
    readonly target: Target,
  ) {}

  to(room: string): Operator {
    return new Operator(this.io, { ...this.target, rooms: [...this.target.rooms, room] });
  }

  except(room: string): Operator {
    return new Operator(this.io, { ...this.target, except: [...this.target.except, room] });
  }

  emit(event: string, ...args: unknown[]): boolean {
    this.io.send(this.target, event, args);
    return true;
  }
}

export class ModelSocket extends EventEmitter {
  data: Record<string, unknown> = {};
  connected = true;
  handshake: { readonly auth: Record<string, unknown> };
  readonly #any: ((...args: unknown[]) => void)[] = [];
  readonly uses: ((event: unknown[], next: () => void) => void)[] = [];

  constructor(
    readonly server: Model,
    readonly id: string,
    auth: Record<string, unknown>,
  ) {
    super();
    this.handshake = { auth };
  }

  get rooms(): Set<string> {
    return new Set([this.id, ...(this.#record?.rooms ?? [])]);
  }

  get broadcast(): Operator {
    return this.to([]);
  }

  get #record(): Connected | undefined {
    return this.server.outside.connected.get(this.id);
  }

  to(room: string | string[]): Operator {
    return new Operator(this.server, { rooms: [room].flat(), except: [this.id] });
  }

  join(room: string): void {
    if (!this.server.isMuted) this.#record?.rooms.add(room);
  }

  leave(room: string): void {
    if (!this.server.isMuted) this.#record?.rooms.delete(room);
  }

  use(middleware: (event: unknown[], next: () => void) => void): this {
    this.uses.push(middleware);
    return this;
  }

  onAny(listener: (...args: unknown[]) => void): this {
    this.#any.push(listener);
    return this;
  }

  listenersAny(): unknown[] {
    return this.#any;
  }

  override emit(event: string, ...args: unknown[]): boolean {
    if (this.connected) this.server.send({ rooms: [this.id], except: [] }, event, args);
    return true;
  }

  disconnect(): void {
    this.server.live.get(this.id)?.end("server namespace disconnect");
  }

  /** What a client's event does. */
  dispatch(event: string, args: unknown[]): void {
    const run = (at: number): void => {
      const use = this.uses[at];
      if (use) return use([event, ...args], () => run(at + 1));
      for (const any of [...this.#any]) any(event, ...args);
      super.emit(event, ...args);
    };
    run(0);
  }

  end(reason: string): void {
    if (!this.connected) return;
    super.emit("disconnecting", reason);
    this.#record?.rooms.clear();
    this.server.outside.connected.delete(this.id);
    this.connected = false;
    super.emit("disconnect", reason);
    this.server.live.delete(this.id);
    this.server.onLeft(this);
  }
}
