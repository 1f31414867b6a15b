import type { ConnectionId, Room, SocketAddress, SocketId } from "../ports";

/** Sockets that have ended in the running batch of a connection, with the rooms that they were taken out of. */
export class EndedSockets {
  readonly #byConnection = new Map<ConnectionId, Map<SocketId, ReadonlySet<Room>>>();

  /** Connections whose batch is not over. */
  get size(): number {
    return this.#byConnection.size;
  }

  note({ connectionId, socketId }: SocketAddress, rooms: readonly Room[]): void {
    const others = this.#byConnection.get(connectionId) ?? new Map();
    this.#byConnection.set(connectionId, others.set(socketId, new Set(rooms)));
  }

  of(connectionId: ConnectionId, socketId: SocketId): ReadonlySet<Room> | undefined {
    return this.#byConnection.get(connectionId)?.get(socketId);
  }

  /** Call when the batch is over: no other code releases an ended socket. */
  forget(connectionId: ConnectionId): void {
    this.#byConnection.delete(connectionId);
  }
}
