import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocketServer } from "ws";
import type { Limits, Timings } from "../options";
import type { ApiModel } from "../template/model";
import type { Traffic } from "../traffic";
import { type Closing, Connection } from "./connection";
import { errorFrame, type FrameError } from "./error-frame";
import { connectEvent, disconnectEvent, messageEvent, requestContext } from "./events";
import { isWebSocketHandshake, refuseHandshake, urlLength } from "./handshake";
import { createId } from "./ids";
import type { Integration, IntegrationOutcome } from "./integrations";
import { defaultRoute, selectRoute } from "./route-selection";
import { isOfStage } from "./stage-path";
import { Throttles } from "./throttles";

/** What a gateway is made of. */
export interface GatewayOptions {
  readonly api: ApiModel;
  readonly integrations: ReadonlyMap<string, Integration>;
  readonly limits: Limits;
  readonly timings: Timings;
  readonly compression: boolean;
  /** Port of the stage, known once it listens. */
  readonly port: () => number;
  /** @default - it is not looked at */
  readonly onTraffic?: ((traffic: Traffic) => void) | undefined;
  /** Gets each handshake that is refused. */
  readonly onRefused?: (request: IncomingMessage, status: number) => void;
}

/** A WebSocket API: takes handshakes and frames, calls the integrations of their routes. */
export class Gateway {
  readonly throttles: Throttles;
  readonly #options: GatewayOptions;
  readonly #connections = new Map<string, Connection>();
  /** TCP connections of all handshakes and WebSockets. */
  readonly #streams = new Set<Duplex>();
  readonly #server: WebSocketServer;
  /** Subprotocol that `$connect` chose, per handshake. */
  readonly #protocols = new WeakMap<IncomingMessage, string>();
  readonly #stopSweeping: () => void;
  #calls = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const { limits, timings, compression, api } = options;
    this.throttles = new Throttles(limits, api.throttles);
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: compression,
      // The frame meter is stricter; this bounds what a compressed message may inflate to.
      maxPayload: limits.messageBytes,
      handleProtocols: (_, request) => this.#protocols.get(request) ?? false,
    });
    this.#stopSweeping = timings.clock.every(timings.idleCheckMs, () => this.#closeOld());
  }

  /** Calls of integrations that have not ended. */
  get calls(): number {
    return this.#calls;
  }

  /** A connection, also one whose handshake is not finished. */
  connection(id: string): Connection | undefined {
    return this.#connections.get(id);
  }

  /** Number of connections, handshakes included. */
  get size(): number {
    return this.#connections.size;
  }

  /** Runs `$connect` and answers the handshake as it says. */
  async upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    stream.on("error", () => stream.destroy());
    this.#streams.add(stream);
    stream.once("close", () => this.#streams.delete(stream));
    if (!isOfStage(request, this.#options.api.stage)) return this.#refuse(request, stream, 403);
    const { limits, timings } = this.#options;
    // With which status AWS refuses it is not documented.
    if (urlLength(request) > limits.urlCharacters) return this.#refuse(request, stream, 414);
    if (!isWebSocketHandshake(request)) return this.#refuse(request, stream, 400);
    if (!this.throttles.takeConnection()) return this.#refuse(request, stream, 429);
    const connection = new Connection(request, { ...limits, ...timings });
    this.#connections.set(connection.id, connection);
    const status = await this.#connect(connection, request);
    if (status < 200 || status > 299) {
      this.#connections.delete(connection.id);
      return this.#refuse(request, stream, status);
    }
    // Nothing tells a function when the 101 has left: posts get 410 for a moment longer.
    await sleep(Math.random() * timings.upgradeDelayMs);
    this.#accept(connection, request, stream, head);
  }

  /** Makes a connection half-open; see {@link Connection.silence}. */
  silence(id: string): void {
    const connection = this.#connections.get(id);
    if (connection === undefined)
      throw new Error(`Cannot silence ${id}: expected an open connection, got none`);
    connection.silence();
  }

  /** Ends a connection without `$disconnect`, which is best effort on AWS too. */
  lose(id: string): void {
    const connection = this.#connections.get(id);
    if (connection === undefined)
      throw new Error(`Cannot lose ${id}: expected an open connection, got none`);
    this.#connections.delete(id);
    connection.close({ code: 1001, reason: "Going away" });
  }

  /** Cuts all connections without `$disconnect`. */
  close(): void {
    this.#stopSweeping();
    for (const connection of this.#connections.values()) connection.destroy();
    this.#connections.clear();
    for (const stream of this.#streams) stream.destroy();
  }

  #refuse(request: IncomingMessage, stream: Duplex, status: number): void {
    this.#options.onRefused?.(request, status);
    refuseHandshake(stream, status);
  }

  #accept(connection: Connection, request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const lost = { code: 1006, reason: "" };
    // The client may have left meanwhile; $connect has succeeded, so $disconnect follows.
    if (!this.#connections.has(connection.id)) return stream.destroy() && undefined;
    if (stream.destroyed) return void this.#disconnect(connection, lost);
    this.#server.handleUpgrade(request, stream, head, (webSocket) => {
      const { id, connectedAt: at } = connection;
      this.#options.onTraffic?.({ type: "opened", connectionId: id, at });
      connection.open(webSocket, stream, {
        onText: (text) => void this.#receive(connection, text),
        onClosed: (closing) => void this.#disconnect(connection, closing),
      });
    });
  }

  /** The handshake's status: what `$connect` returned, 200 where there is no such route. */
  async #connect(connection: Connection, request: IncomingMessage): Promise<number> {
    const { api, port } = this.#options;
    const context = requestContext(api, connection, { routeKey: "$connect", eventType: "CONNECT" });
    const outcome = await this.#call("$connect", connection, {
      event: connectEvent(context, request, port()),
      context,
      body: "",
    });
    if (outcome === undefined) return 200;
    if (outcome.kind === "timeout") return 504;
    // https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway-errors.html
    if (outcome.kind === "rejected") return 500;
    // An exception was seen to give 502.
    if (outcome.kind !== "success") return 502;
    const protocol = Object.entries(outcome.headers).find(
      ([name]) => name.toLowerCase() === "sec-websocket-protocol",
    );
    if (protocol) this.#protocols.set(request, String(protocol[1]));
    return outcome.status;
  }

  /** One frame. Nothing waits for the frames before: each is an integration call of its own. */
  async #receive(connection: Connection, body: string): Promise<void> {
    const { api, onTraffic } = this.#options;
    const { id, lastActiveAt: at } = connection;
    onTraffic?.({ type: "received", connectionId: id, at, text: body });
    const routeKey = selectRoute(api, body);
    const context = requestContext(api, connection, {
      routeKey: routeKey ?? defaultRoute,
      eventType: "MESSAGE",
      extra: { messageId: createId() },
    });
    const fail = (message: FrameError) =>
      void connection.send(errorFrame(message, connection.id, String(context.requestId)));
    if (routeKey === undefined) return fail("Forbidden");
    // The text of this frame is not documented; the documents only name "429 Too Many Requests".
    if (!this.throttles.takeFrame(routeKey)) return fail("Too Many Requests");
    const event = messageEvent(context, body);
    const outcome = await this.#call(routeKey, connection, { event, context, body });
    if (outcome?.kind === "timeout") return fail("Endpoint request timed out");
    // On a one-way route API Gateway ignores a status other than 2xx, and reports an exception to the client.
    if (outcome && outcome.kind !== "success") fail("Internal server error");
  }

  /** Best effort and once: a `$disconnect` that fails is not tried again. */
  async #disconnect(connection: Connection, { code, reason }: Closing): Promise<void> {
    if (!this.#connections.delete(connection.id)) return;
    const at = this.#options.timings.clock.now();
    this.#options.onTraffic?.({ type: "closed", connectionId: connection.id, at, code, reason });
    const context = requestContext(this.#options.api, connection, {
      routeKey: "$disconnect",
      eventType: "DISCONNECT",
      extra: { disconnectStatusCode: code, disconnectReason: reason },
    });
    const event = disconnectEvent(context, connection.host);
    await this.#call("$disconnect", connection, { event, context, body: "" });
  }

  async #call(
    routeKey: string,
    connection: Connection,
    call: Omit<Parameters<Integration>[0], "connectionId">,
  ): Promise<IntegrationOutcome | undefined> {
    const integration = this.#options.integrations.get(routeKey);
    if (integration === undefined) return undefined;
    this.#calls += 1;
    try {
      return await integration({ ...call, connectionId: connection.id });
    } finally {
      this.#calls -= 1;
    }
  }

  #closeOld(): void {
    const { clock, idleMs, durationMs } = this.#options.timings;
    const now = clock.now();
    for (const connection of this.#connections.values()) {
      const isIdle = now - connection.lastActiveAt > idleMs;
      const isOld = now - connection.connectedAt > durationMs;
      if (isIdle || isOld) connection.close({ code: 1001, reason: "Going away" });
    }
  }
}
