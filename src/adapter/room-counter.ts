import type { Room, SocketId } from "../ports";
import type { AdapterPorts } from "./contract";

type CounterPorts = Pick<AdapterPorts, "rooms" | "effects">;

/**
 * Counts who is in which room of a namespace, and tells it as Socket.IO's adapters do, for the whole
 * deployment: the first member anywhere creates a room, the last anywhere deletes it. A socket's own
 * room comes and goes with it and is not counted.
 * https://socket.io/docs/v4/rooms/#room-events
 */
export class RoomCounter {
  constructor(
    private readonly namespace: string,
    private readonly ports: CounterPorts,
    private readonly tell: (event: string, ...args: unknown[]) => void,
  ) {}

  /** Call when the memberships have been written. @param isCertain whether each is known to be new */
  async entered(id: SocketId, rooms: readonly Room[], isCertain = true): Promise<void> {
    const created = await this.#count("enter", id, rooms, isCertain);
    for (const [place, room] of rooms.entries()) {
      if (created[place]) this.tell("create-room", room);
      this.tell("join-room", room, id);
    }
  }

  /** Call when the memberships have been removed. @param isCertain whether each is known to have been there */
  async left(id: SocketId, rooms: readonly Room[], isCertain = true): Promise<void> {
    const deleted = await this.#count("leave", id, rooms, isCertain);
    for (const [place, room] of rooms.entries()) {
      this.tell("leave-room", room, id);
      if (deleted[place]) this.tell("delete-room", room);
    }
  }

  /** Call when memberships of a session that did not come back have been removed: they were never counted. */
  async released(id: SocketId, rooms: readonly Room[]): Promise<void> {
    const others = rooms.filter((room) => room !== id);
    const deleted = await Promise.all(
      others.map((room) => this.ports.rooms.release(this.namespace, room)),
    );
    for (const [place, room] of others.entries())
      if (deleted[place]) this.tell("delete-room", room);
  }

  /** Call when members may have been taken out of rooms without being counted. */
  async recount(rooms: readonly Room[]): Promise<void> {
    const { ports, namespace } = this;
    const deleted = await Promise.all(
      rooms.map((room) => ports.rooms.leave(namespace, room, true)),
    );
    for (const [place, room] of rooms.entries()) if (deleted[place]) this.tell("delete-room", room);
  }

  #count(
    change: "enter" | "leave",
    id: SocketId,
    rooms: readonly Room[],
    isCertain: boolean,
  ): Promise<boolean[]> {
    const isRepeated = this.ports.effects.isRepeated() || !isCertain;
    return Promise.all(
      rooms.map(
        (room) => room === id || this.ports.rooms[change](this.namespace, room, isRepeated),
      ),
    );
  }
}
