import type { Room, SocketId } from "../ports";

/** A socket in a room, and its place in the order of all joins. */
export type Joined = readonly [id: SocketId, room: Room, place: number];

/** By this, `console.log` prints a map or a set alone, as that of Socket.IO. https://nodejs.org/api/util.html#utilinspectcustom */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/**
 * Who is in which room, both ways round, as Socket.IO's adapter in memory keeps it: rooms hold their members in the order
 * of joining, and a room goes with its last member. A change of a socket's set of rooms changes both.
 */
export class RoomIndex {
  readonly sids: Map<SocketId, Set<Room>> = new IndexedSids(this);
  readonly rooms = new Map<Room, Set<SocketId>>();
  #place = 0;

  /** @param onChange told of each socket whose rooms change */
  constructor(readonly onChange: (id: SocketId) => void = () => {}) {}

  /** The joins of a socket, in their order. */
  placesOf(id: SocketId): readonly (readonly [Room, number])[] {
    const view = this.sids.get(id);
    return view instanceof IndexedRooms ? [...view.places] : [];
  }

  /** Puts sockets that are here already into the order in which they had joined. */
  reorder(joins: readonly Joined[]): void {
    const sorted = [...joins].sort(([, , a], [, , b]) => a - b);
    for (const [id, room, place] of sorted) {
      const view = this.sids.get(id);
      if (!(view instanceof IndexedRooms) || !view.has(room)) continue;
      view.places.set(room, place);
      const members = this.rooms.get(room);
      members?.delete(id);
      members?.add(id);
      this.#place = Math.max(this.#place, place);
    }
  }

  /** Puts sockets behind all others, in this order. */
  moveToEnd(ids: readonly SocketId[]): void {
    for (const id of ids) (this.sids as IndexedSids).moveToEnd(id);
  }

  add(id: SocketId, room: Room): number {
    const members = this.rooms.get(room) ?? new Set();
    this.rooms.set(room, members.add(id));
    this.onChange(id);
    return ++this.#place;
  }

  remove(id: SocketId, room: Room): void {
    const members = this.rooms.get(room);
    members?.delete(id);
    if (members?.size === 0) this.rooms.delete(room);
    this.onChange(id);
  }
}

class IndexedSids extends Map<SocketId, Set<Room>> {
  constructor(private readonly index: RoomIndex) {
    super();
  }

  [INSPECT](): Map<SocketId, Set<Room>> {
    return new Map(this);
  }

  override set(id: SocketId, rooms: Set<Room>): this {
    const before = this.get(id);
    if (before === rooms) return this;
    before?.clear();
    const view = new IndexedRooms(id, this.index);
    for (const room of rooms) view.add(room);
    return super.set(id, view);
  }

  moveToEnd(id: SocketId): void {
    const view = this.get(id);
    if (!view) return;
    super.delete(id);
    super.set(id, view);
  }

  override delete(id: SocketId): boolean {
    // The socket may still show its rooms, as of Socket.IO's own, which it drops whole.
    const view = this.get(id);
    for (const room of view ?? []) this.index.remove(id, room);
    return super.delete(id);
  }
}

class IndexedRooms extends Set<Room> {
  /** By room, in the order of joining. */
  readonly places = new Map<Room, number>();

  constructor(
    private readonly id: SocketId,
    private readonly index: RoomIndex,
  ) {
    super();
  }

  [INSPECT](): Set<Room> {
    return new Set(this);
  }

  override add(room: Room): this {
    if (this.has(room)) return this;
    super.add(room);
    this.places.set(room, this.index.add(this.id, room));
    return this;
  }

  override delete(room: Room): boolean {
    if (!super.delete(room)) return false;
    this.places.delete(room);
    this.index.remove(this.id, room);
    return true;
  }

  override clear(): void {
    for (const room of [...this]) this.delete(room);
  }
}
