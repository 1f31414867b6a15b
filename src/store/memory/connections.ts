import type { ConnectionId, SocketAddress } from "../../ports";
import type { Memory } from "./memory";
import type { StoredConnection, StoredSocket } from "./records";

/** Connections with their sockets. Each change is one atomic write. */
export class Connections {
  readonly #byId = new Map<ConnectionId, StoredConnection>();

  constructor(private readonly memory: Memory) {}

  get size(): number {
    return this.#byId.size;
  }

  /** In the order in which they were opened. */
  all(): StoredConnection[] {
    return [...this.#byId.values()];
  }

  get(id: ConnectionId): StoredConnection | undefined {
    return this.#byId.get(id);
  }

  put(connection: StoredConnection): Promise<void> {
    return this.memory.write(() => void this.#byId.set(connection.id, connection));
  }

  /** Ends a connection; as it was. */
  take(id: ConnectionId): Promise<StoredConnection | undefined> {
    return this.memory.write(() => {
      const connection = this.#byId.get(id);
      this.#byId.delete(id);
      return connection;
    });
  }

  /** @param change `undefined`: nothing is written. @returns whether something was */
  update(
    id: ConnectionId,
    change: (connection: StoredConnection) => Partial<StoredConnection> | undefined,
  ): Promise<boolean> {
    return this.memory.write(() => {
      const connection = this.#byId.get(id);
      const changed = connection && change(connection);
      if (changed) this.#byId.set(id, { ...connection, ...changed });
      return changed !== undefined;
    });
  }

  /**
   * Changes a socket on condition that this very socket is still there; as it was, or `undefined` if it is not.
   *
   * @param change `undefined`: the socket is removed
   * @param more what else of the connection changes with it
   */
  async updateSocket(
    { connectionId, namespace, socketId }: SocketAddress,
    change: (socket: StoredSocket) => StoredSocket | undefined,
    more: Partial<StoredConnection> = {},
  ): Promise<StoredSocket | undefined> {
    let before: StoredSocket | undefined;
    await this.update(connectionId, ({ sockets }) => {
      const found = sockets.get(namespace);
      if (found?.id !== socketId) return undefined;
      before = found;
      return { ...more, sockets: withSocket(sockets, namespace, change(found)) };
    });
    return before;
  }
}

export function withSocket(
  sockets: StoredConnection["sockets"],
  namespace: string,
  socket: StoredSocket | undefined,
): StoredConnection["sockets"] {
  const changed = new Map(sockets);
  if (socket) changed.set(namespace, socket);
  else changed.delete(namespace);
  return changed;
}
