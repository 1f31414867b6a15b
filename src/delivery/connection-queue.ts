import type { ConnectionId } from "../ports";

/** What is sent to each connection, one after the other: two posts to one at a time would have no order. */
export class ConnectionQueue {
  /** Connections that are being sent to, each with what waits for that; `null` as long as nothing waits. */
  readonly #sending = new Map<ConnectionId, (() => void)[] | null>();

  isSending(id: ConnectionId): boolean {
    return this.#sending.has(id);
  }

  /** Starts what is to be sent to a connection when what came before it has ended; at once if nothing did. */
  add(id: ConnectionId, start: () => void): void {
    const waiting = this.#sending.get(id);
    if (waiting) waiting.push(start);
    else if (waiting === null) this.#sending.set(id, [start]);
    else {
      this.#sending.set(id, null);
      start();
    }
  }

  /** What is being sent to a connection has ended. */
  end(id: ConnectionId): void {
    const next = this.#sending.get(id)?.shift();
    if (next) next();
    else this.#sending.delete(id);
  }
}
