import type { Presence, Room, SocketId, Who } from "../../ports";
import { Lists } from "./lists";
import { listOf } from "./memberships";
import type { Memory } from "./memory";

/** A leave that no function has confirmed by now never will be. */
const MAX_ABSENCE_MS = 20 * 60 * 1000;

interface Present {
  readonly sockets: ReadonlySet<SocketId>;
  /** The mark of the last socket that went, and when, epoch milliseconds. */
  readonly away?: { readonly since: string; readonly at: number };
}

/** Who is in a room by name. */
export class MemoryPresence implements Presence {
  readonly #names = new Lists<Present>();
  #marks = 0;

  constructor(private readonly memory: Memory) {}

  get size(): number {
    return this.#names.size;
  }

  enter(namespace: string, room: Room, { name, socketId }: Who): Promise<boolean> {
    const list = listOf(namespace, room);
    return this.memory.write(() => {
      const { sockets = [], away } = this.#names.get(list, name) ?? {};
      const before = new Set(sockets);
      this.#names.set(list, name, { sockets: new Set([...before, socketId]) });
      const isAwaited = away !== undefined && this.memory.now() - away.at < MAX_ABSENCE_MS;
      return before.size === 0 && !isAwaited;
    });
  }

  leave(namespace: string, room: Room, { name, socketId }: Who): Promise<string | undefined> {
    const list = listOf(namespace, room);
    return this.memory.write(() => {
      const before = this.#names.get(list, name);
      if (!before?.sockets.has(socketId)) return undefined;
      const sockets = new Set([...before.sockets].filter((id) => id !== socketId));
      const at = this.memory.now();
      const since = `${at}.${++this.#marks}`;
      this.#names.set(list, name, { sockets, away: { since, at } });
      return sockets.size === 0 ? since : undefined;
    });
  }

  confirmLeave(namespace: string, room: Room, name: string, since: string): Promise<boolean> {
    const list = listOf(namespace, room);
    return this.memory.write(() => {
      const found = this.#names.get(list, name);
      if (found?.sockets.size !== 0 || found.away?.since !== since) return false;
      return this.#names.delete(list, name);
    });
  }
}
