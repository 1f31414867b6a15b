import type { Member, Room, SocketId } from "../ports";
import type { Audience } from "./audience";
import type { AdapterContext } from "./context";
import type { AdapterSocket } from "./contract";

/**
 * The sockets to which things happen at once: those of the connection whose event is being handled or, in a process that
 * holds them all, every socket.
 */
export class OwnSockets {
  constructor(private readonly context: AdapterContext) {}

  /**
   * Acts at once, as Socket.IO does, on those of these sockets that are in an audience: what the listener does next
   * finds them so.
   */
  forEach(
    { rooms, except }: Audience,
    act: (socket: AdapterSocket, view: Set<Room>) => void,
  ): void {
    const { ports, sids } = this.context;
    if (ports.effects.isMuted()) return;
    if (this.context.resident) {
      for (const id of this.context.resident.ids({ rooms, except })) {
        const [socket, view] = [this.context.namespace.sockets.get(id), sids.get(id)];
        if (socket && view) act(socket, view);
      }
      return;
    }
    for (const [id, socket] of this.all()) {
      const view = sids.get(id);
      if (!view) continue;
      const isIn = (room: Room) => view.has(room);
      const isMeant = rooms.size === 0 || [...rooms].some(isIn);
      if (isMeant && ![...except].some(isIn)) act(socket, view);
    }
  }

  /** By their ids. */
  all(): ReadonlyMap<SocketId, AdapterSocket> {
    if (this.context.resident) return this.context.namespace.sockets;
    const all = [...this.context.namespace.sockets];
    return new Map(all.filter(([id]) => this.context.local(id)?.isCurrent()));
  }

  /** The socket itself, if it is one of these. */
  get({ socketId }: Member): AdapterSocket | undefined {
    const { resident, local } = this.context;
    if (!resident && !local(socketId)?.isCurrent()) return undefined;
    return this.context.namespace.sockets.get(socketId);
  }
}
