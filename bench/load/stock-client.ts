import { io, type Socket } from "socket.io-client";
import { AWAY_MS, type LoadClient, type LoadClientEvents } from "./load-client";

/** A stock socket.io-client. */
export class StockClient implements LoadClient {
  readonly #socket: Socket;
  #isClosed = false;

  constructor(webSocketUrl: string, events: LoadClientEvents) {
    const { origin, pathname } = new URL(webSocketUrl);
    this.#socket = io(origin, {
      path: pathname,
      transports: ["websocket"],
      forceNew: true,
      autoConnect: false,
      timeout: 60_000,
    });
    this.#socket.on("connect", () => events.onConnect());
    this.#socket.on("disconnect", (reason) => events.onDisconnect(reason));
    this.#socket.on("connect_error", (error) => events.onError(error.message));
    this.#socket.on("said", (id: number) => events.onSaid(id));
  }

  connect(): void {
    this.#socket.connect();
  }

  request(event: string, args: readonly unknown[], onAck: () => void): void {
    this.#socket.emit(event, ...args, onAck);
  }

  /** Half of the time as when a network breaks, whereupon the client comes back by itself. */
  reconnect(): void {
    if (Math.random() < 0.5) return void this.#socket.io.engine?.close();
    this.#socket.disconnect();
    setTimeout(() => !this.#isClosed && this.#socket.connect(), AWAY_MS);
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.disconnect();
  }
}
