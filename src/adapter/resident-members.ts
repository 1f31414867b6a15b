import type { Member, Room, SocketId } from "../ports";
import type { Audience } from "./audience";
import type { AdapterNamespace, LocalSocket } from "./contract";
import type { RoomIndex } from "./room-index";

/**
 * Who is in the rooms of a namespace, from the memory of the process that holds all of its sockets. What it returns is of
 * the moment of the call, as in Socket.IO: what happens to the sockets afterwards changes nothing about it.
 */
export class ResidentMembers {
  constructor(
    private readonly namespace: AdapterNamespace,
    private readonly index: RoomIndex,
    private readonly local: (id: SocketId) => LocalSocket | undefined,
  ) {}

  /** In the order of Socket.IO's adapter in memory: by rooms as they are named, in each by when they joined. */
  ids({ rooms, except }: Audience): SocketId[] {
    const hidden = new Set([...except].flatMap((room) => [...this.#in(room)]));
    const isMeant = (id: SocketId) => !hidden.has(id) && this.namespace.sockets.has(id);
    if (rooms.size === 0) return [...this.index.sids.keys()].filter(isMeant);
    const ids = new Set<SocketId>();
    for (const room of rooms) for (const id of this.#in(room)) if (isMeant(id)) ids.add(id);
    return [...ids];
  }

  members(audience: Audience): Member[] {
    return this.ids(audience).flatMap((id) => {
      const address = this.local(id)?.address;
      if (!address) return [];
      const { socketId, connectionId, protocol, until } = address;
      return [{ socketId, connectionId, protocol, ...(until === undefined ? {} : { until }) }];
    });
  }

  /** How many members each room has, without the sockets' own. */
  counts(): Map<Room, number> {
    const shared = [...this.index.rooms].filter(([room]) => !this.index.sids.has(room as SocketId));
    return new Map(shared.map(([room, members]) => [room, members.size]));
  }

  #in(room: Room): Iterable<SocketId> {
    return this.index.rooms.get(room) ?? [];
  }
}
