import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import WebSocket, { WebSocketServer } from "ws";
import { admit } from "../../src/gateway/handshake";
import { type Consumer, handleFrame } from "../../src/lanes/consume";
import { createProtocols } from "../../src/protocols";
import { isAck } from "../../src/protocols/frame-starts";
import type { Protocol } from "../../src/protocols/protocol";
import { JsonClient } from "./clients";
import type { World } from "./world";

/**
 * Real WebSockets in front of a world, in the place of API Gateway: for clients of any protocol, without a stack.
 * Each connection's frames are handled in order, and its acks on a lane of their own.
 */
export class RealSockets {
  readonly #sockets = new Map<string, WebSocket>();
  readonly #lanes = new Map<string, Promise<unknown>>();
  readonly #clients: { close(): unknown }[] = [];
  #requests = 0;

  private constructor(
    readonly world: World,
    private readonly protocols: readonly Protocol[],
    private readonly server: WebSocketServer,
  ) {
    world.protocols = createProtocols(protocols);
    world.beforeSend = async (id, text) => this.#sockets.get(id)?.send(text);
    server.on("connection", (socket, request) => void this.#accept(socket, request));
  }

  static async start(world: World, protocols: readonly Protocol[]): Promise<RealSockets> {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(server, "listening");
    return new RealSockets(world, protocols, server);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  /** A client that is closed with the server. */
  add<T extends { close(): unknown }>(client: T): T {
    this.#clients.push(client);
    return client;
  }

  json(): JsonClient {
    return this.add(new JsonClient(new WebSocket(this.url)));
  }

  /** A plain WebSocket, with the texts that it has received. */
  text(query: string): { readonly socket: WebSocket; readonly heard: string[] } {
    const socket = this.add(new WebSocket(this.url + query));
    const heard: string[] = [];
    socket.on("message", (data) => heard.push(String(data)));
    return { socket, heard };
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    for (const socket of this.server.clients) socket.terminate();
    await Promise.all(this.#lanes.values());
    this.server.close();
    await this.world.close();
  }

  async #accept(socket: WebSocket, { headers, url = "" }: IncomingMessage): Promise<void> {
    const connectionId = `c${this.#requests++}=`;
    const admission = admit(
      {
        headers: headers as Record<string, string>,
        queryStringParameters: Object.fromEntries(new URL(url, this.url).searchParams),
        requestContext: { connectionId, connectedAt: Date.now(), stage: "prod" },
      },
      { protocols: this.protocols },
    );
    if (!admission.ok) return socket.close(1008, admission.message.slice(0, 120));
    this.#sockets.set(connectionId, socket);
    socket.on("message", (data) => this.#receive(connectionId, String(data)));
    this.#inTurn(connectionId, async () => {
      await this.world.table.store.open(admission.connection);
      await this.world.handle(connectionId, [{ type: "open", connectionId }]);
    });
  }

  /** As the message route does without lanes, but in turn. */
  #receive(connectionId: string, body: string): void {
    const requestId = `r${this.#requests++}`;
    const requestContext = { connectionId, requestId, requestTimeEpoch: Date.now() };
    const consumer: Consumer = { handle: (id, events) => this.world.handle(id, [...events]) };
    const lane = isAck(body, this.protocols) ? `${connectionId}.ack` : connectionId;
    this.#inTurn(lane, () =>
      handleFrame(
        consumer,
        { body, requestContext },
        Date.now() + this.world.patienceMs,
        this.protocols,
      ),
    );
  }

  #inTurn(lane: string, batch: () => Promise<unknown>): void {
    this.#lanes.set(lane, (this.#lanes.get(lane) ?? Promise.resolve()).then(batch));
  }
}
