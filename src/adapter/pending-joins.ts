import type { Effects, Room, SocketId } from "../ports";

interface Pending {
  readonly id: SocketId;
  readonly rooms: Set<Room>;
  readonly done: Promise<void>;
}

/**
 * The effects of one namespace's adapter. Joins of one socket that follow each other are written together, until the
 * write happens or any other effect is queued: an effect may read memberships, and a later join must not come before it.
 */
export class PendingJoins {
  #pending: Pending | undefined;

  constructor(private readonly effects: Effects) {}

  /** Queues any effect but a join. */
  run<T>(label: string, effect: () => Promise<T>): Promise<T> {
    this.#pending = undefined;
    return this.effects.run(label, effect);
  }

  /** Adds rooms to the pending join of a socket; `undefined` if it has none. */
  add(id: SocketId, rooms: Iterable<Room>): Promise<void> | undefined {
    if (this.#pending?.id !== id) return undefined;
    for (const room of rooms) this.#pending.rooms.add(room);
    return this.#pending.done;
  }

  /** Queues the write of rooms that a socket joins, which may become more until it happens. */
  begin(
    label: string,
    id: SocketId,
    first: Iterable<Room>,
    write: (rooms: Set<Room>) => Promise<void>,
  ): Promise<void> {
    const rooms = new Set(first);
    const done = this.run(label, () => {
      if (this.#pending?.rooms === rooms) this.#pending = undefined;
      return write(rooms);
    });
    this.#pending = { id, rooms, done };
    return done;
  }
}
