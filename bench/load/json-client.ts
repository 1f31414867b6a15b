import WebSocket from "ws";
import { AWAY_MS, type LoadClient, type LoadClientEvents } from "./load-client";

/** A WebSocket that speaks JSON actions (docs/protocol.md). */
export class JsonClient implements LoadClient {
  readonly #webSocketUrl: string;
  readonly #events: LoadClientEvents;
  readonly #acks = new Map<number, () => void>();
  #webSocket: WebSocket | undefined;
  #actions = 0;
  #isClosed = false;

  constructor(webSocketUrl: string, events: LoadClientEvents) {
    this.#webSocketUrl = webSocketUrl;
    this.#events = events;
  }

  connect(): void {
    const webSocket = new WebSocket(this.#webSocketUrl, { handshakeTimeout: 60_000 });
    this.#webSocket = webSocket;
    webSocket.on("message", (data) => this.#hear(JSON.parse(data.toString())));
    webSocket.on("error", (error) => this.#events.onError(error.message));
    webSocket.on("close", (code) => {
      this.#acks.clear();
      this.#events.onDisconnect(`close ${code}`);
      if (!this.#isClosed) setTimeout(() => this.connect(), AWAY_MS);
    });
  }

  request(event: string, args: readonly unknown[], onAck: () => void): void {
    const id = ++this.#actions;
    this.#acks.set(id, onAck);
    this.#webSocket?.send(JSON.stringify({ action: "emit", event, args, id }));
  }

  reconnect(): void {
    this.#webSocket?.close();
  }

  close(): void {
    this.#isClosed = true;
    this.#webSocket?.close();
  }

  #hear(message: { type: string; id?: number; args?: unknown[]; message?: string }): void {
    const { type, id = 0, args = [] } = message;
    if (type === "connect") this.#events.onConnect();
    else if (type === "event") this.#events.onSaid(args[0] as number);
    else if (type === "ack") {
      this.#acks.get(id)?.();
      this.#acks.delete(id);
    } else if (type === "error" || type === "disconnect") {
      this.#events.onError(JSON.stringify(message));
    }
  }
}
