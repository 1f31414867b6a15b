import type { Member, Room, SocketId } from "../ports";
import type { Audience } from "./audience";
import type { AdapterContext } from "./context";
import type { AdapterSocket } from "./contract";

/** The sockets of the connection whose event is being handled: what happens to them is seen at once. */
export class OwnSockets {
  constructor(private readonly context: AdapterContext) {}

  /**
   * Acts at once, as Socket.IO does, on the running connection's own sockets in an audience: what the
   * listener does next finds them so.
   */
  forEach(
    { rooms, except }: Audience,
    act: (socket: AdapterSocket, view: Set<Room>) => void,
  ): void {
    const { ports, sids } = this.context;
    if (ports.effects.isMuted()) return;
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
    const all = [...this.context.namespace.sockets];
    return new Map(all.filter(([id]) => this.context.local(id)?.isCurrent()));
  }

  /** The socket itself, if the running event belongs to it. */
  get({ socketId }: Member): AdapterSocket | undefined {
    if (!this.context.local(socketId)?.isCurrent()) return undefined;
    return this.context.namespace.sockets.get(socketId);
  }
}
