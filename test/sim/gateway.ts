import type { ConnectEvent } from "../../src/gateway/handshake";
import type { SimulatedFunction } from "./functions";
import type { Scheduler } from "./scheduler";

/** How a client hears of its WebSocket. */
export interface ClientEnd {
  onOpen(): void;
  onText(text: string): void;
  onClose(code: number): void;
}

/** A WebSocket as its client holds it. */
export interface WebSocketEnd {
  readonly connectionId: string;
  send(text: string): void;
  close(): void;
}

export interface GatewayOptions {
  readonly scheduler: Scheduler;
  readonly connect: SimulatedFunction;
  readonly disconnect: SimulatedFunction;
  /** Puts a frame on its lane. */
  readonly onFrame: (connectionId: string, body: string) => void;
  readonly idleMs: number;
  readonly durationMs: number;
}

type State = "connecting" | "open" | "closed";

const IDLE_CHECK_MS = 30_000;

/** One WebSocket. Frames of each direction arrive in their order. */
class Connection {
  state: State = "connecting";
  /** The client has gone and the gateway has not noticed. */
  isSilent = false;
  readonly connectedAt: number;
  lastActiveAt: number;
  #lastArrival = { client: 0, gateway: 0 };
  #isClientOpen = true;

  constructor(
    readonly id: string,
    private readonly scheduler: Scheduler,
    private readonly end: ClientEnd,
  ) {
    this.connectedAt = scheduler.clock.now;
    this.lastActiveAt = this.connectedAt;
  }

  /** Something on its way, behind all that left before it. */
  travel(to: "client" | "gateway", label: string, arrive: () => void): void {
    const { clock } = this.scheduler;
    const at = Math.max(clock.now + this.scheduler.latency(), this.#lastArrival[to]);
    this.#lastArrival[to] = at;
    this.scheduler.later(at - clock.now, `${label} ${this.id}`, arrive);
  }

  tell(what: (end: ClientEnd) => void, label: string): void {
    if (this.isSilent) return;
    this.travel("client", label, () => {
      if (this.#isClientOpen) what(this.end);
    });
  }

  tellClosed(code: number): void {
    this.tell((end) => {
      this.#isClientOpen = false;
      end.onClose(code);
    }, "closed");
  }

  leave(): void {
    this.#isClientOpen = false;
  }
}

/** A WebSocket API in front of functions and a queue: API Gateway, as far as it matters here. */
export class Gateway {
  readonly #connections = new Map<string, Connection>();
  readonly #begun = new Map<string, number>();
  #count = 0;

  constructor(private readonly options: GatewayOptions) {
    this.#watch();
  }

  /** The connections that it takes for open. */
  get open(): ReadonlySet<string> {
    return new Set(
      [...this.#connections].flatMap(([id, { state }]) => (state === "open" ? id : [])),
    );
  }

  /** When its client began to open a connection. */
  begunAt(id: string): number {
    return this.#begun.get(id) ?? 0;
  }

  isSilent(id: string): boolean {
    return this.#connections.get(id)?.isSilent ?? false;
  }

  connect(query: Record<string, string>, end: ClientEnd): WebSocketEnd {
    const { scheduler } = this.options;
    const connection = new Connection(`c${++this.#count}=`, scheduler, end);
    this.#connections.set(connection.id, connection);
    this.#begun.set(connection.id, scheduler.clock.now);
    connection.travel("gateway", "handshake", () => void this.#admit(connection, query));
    return {
      connectionId: connection.id,
      send: (text) => connection.travel("gateway", "frame", () => this.#receive(connection, text)),
      close: () => {
        connection.leave();
        connection.travel("gateway", "close", () => this.#end(connection, 1005));
      },
    };
  }

  /** What a post is answered. */
  post(id: string, bytes: Uint8Array): 200 | 410 {
    const connection = this.#openOne(id);
    if (!connection) return 410;
    connection.lastActiveAt = this.options.scheduler.clock.now;
    const text = Buffer.from(bytes).toString("utf8");
    connection.tell((end) => end.onText(text), "text");
    return 200;
  }

  exists(id: string): boolean {
    return this.#openOne(id) !== undefined;
  }

  /** Closes a connection from this side, with or without `$disconnect`; also one whose client has gone silently. */
  close(id: string, code = 1000, isLost = false): boolean {
    const connection = this.#openOne(id);
    if (!connection) return false;
    connection.tellClosed(code);
    this.#forget(connection, code, isLost);
    return true;
  }

  /** A cable is pulled: the client notices and this side does not. */
  silence(id: string): void {
    const connection = this.#openOne(id);
    if (!connection) return;
    connection.tellClosed(1006);
    connection.isSilent = true;
  }

  #openOne(id: string): Connection | undefined {
    const connection = this.#connections.get(id);
    return connection?.state === "open" ? connection : undefined;
  }

  async #admit(connection: Connection, query: Record<string, string>): Promise<void> {
    const { scheduler, connect } = this.options;
    const event: ConnectEvent = {
      headers: { host: "simulated" },
      queryStringParameters: query,
      requestContext: {
        connectionId: connection.id,
        connectedAt: scheduler.clock.now,
        stage: "prod",
        identity: { sourceIp: "203.0.113.7" },
      },
    };
    const result = await connect.invoke(event);
    const { statusCode } = (result.ok ? result.value : { statusCode: 502 }) as {
      statusCode: number;
    };
    if (statusCode !== 200) {
      connection.state = "closed";
      this.#connections.delete(connection.id);
      return connection.tellClosed(1006);
    }
    // Nothing tells a function when the 101 has left: posts get 410 for a moment longer.
    scheduler.later(scheduler.random.between(0, 150), `upgrade ${connection.id}`, () => {
      if (connection.state !== "connecting") return;
      connection.state = "open";
      connection.tell((end) => end.onOpen(), "opened");
    });
  }

  #receive(connection: Connection, text: string): void {
    if (connection.state !== "open" || connection.isSilent) return;
    connection.lastActiveAt = this.options.scheduler.clock.now;
    this.options.onFrame(connection.id, text);
  }

  #end(connection: Connection, code: number): void {
    if (connection.state === "closed" || connection.isSilent) return;
    this.#forget(connection, code, false);
  }

  #forget(connection: Connection, code: number, isLost: boolean): void {
    const { disconnect, scheduler } = this.options;
    connection.state = "closed";
    this.#connections.delete(connection.id);
    if (isLost || scheduler.faults.happens("lostEnd")) return;
    const requestContext = {
      connectionId: connection.id,
      disconnectStatusCode: code,
      disconnectReason: "",
    };
    void disconnect.invoke({ requestContext });
  }

  #watch(): void {
    const { scheduler, idleMs, durationMs } = this.options;
    scheduler.clock.schedule(IDLE_CHECK_MS, "look for old connections", () => {
      const { now } = scheduler.clock;
      for (const connection of this.#connections.values()) {
        const isOver =
          now - connection.lastActiveAt > idleMs || now - connection.connectedAt > durationMs;
        if (!isOver || connection.state !== "open") continue;
        connection.tellClosed(1001);
        this.#forget(connection, 1001, false);
      }
      this.#watch();
    });
  }
}
