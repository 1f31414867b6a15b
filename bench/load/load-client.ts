/** What a client of the load test tells; the way a client speaks is its own affair. */
export interface LoadClientEvents {
  onConnect(): void;
  onDisconnect(reason: string): void;
  onError(message: string): void;
  /** A message of the application came. */
  onSaid(id: number): void;
}

/** A client of the load test, stock Socket.IO or JSON. */
export interface LoadClient {
  connect(): void;
  /** Sends an event; the server's ack calls back. */
  request(event: string, args: readonly unknown[], onAck: () => void): void;
  /** Ends the connection and, after a moment, makes a new one. */
  reconnect(): void;
  /** Ends the connection for good. */
  close(): void;
}

/** How long a client is away when it connects anew. */
export const AWAY_MS = 1000;
