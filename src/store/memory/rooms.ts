import { MAX_INVOCATION_MS } from "../../platform-limits";
import type { CountedRoom, Room, Rooms } from "../../ports";
import { checkRoom, decodeRoom, encodeRoom } from "../room-key";
import { Lists } from "./lists";
import type { Memberships } from "./memberships";
import type { Memory } from "./memory";

interface Count {
  readonly members: number;
  /** It may be wrong, so members are counted one by one. */
  readonly isDoubtful: boolean;
  /** Deleted in doubt; until when, epoch milliseconds, late leaves still count there. */
  readonly deletedUntil?: number;
}

/** How many members each room has, counted by changes as `RoomRegistry` does. */
export class MemoryRooms implements Rooms {
  readonly #counts = new Lists<Count>();

  constructor(
    private readonly memory: Memory,
    private readonly memberships: Memberships,
  ) {}

  /** But for those that were deleted. */
  get size(): number {
    return this.#counts.countIf(({ deletedUntil }) => deletedUntil === undefined);
  }

  check(namespace: string, room: Room): void {
    checkRoom(namespace, room);
  }

  enter(namespace: string, room: Room, isRepeated: boolean): Promise<boolean> {
    return this.memory.write(() => {
      const found = this.#find(namespace, room);
      const { deletedUntil, ...before } = found ?? NEW;
      this.#set(namespace, room, counted(before, isRepeated ? undefined : 1));
      return found === undefined || deletedUntil !== undefined;
    });
  }

  leave(namespace: string, room: Room, isRepeated: boolean): Promise<boolean> {
    return this.memory.write(() => {
      const before = this.#find(namespace, room);
      if (!before) return false;
      const after = counted(before, isRepeated ? undefined : -1);
      this.#set(namespace, room, after);
      if (!after.isDoubtful && after.members > 0) return false;
      if (this.memberships.countOf(namespace, room) === 0) return this.#delete(namespace, room);
      this.#set(namespace, room, { ...after, isDoubtful: true });
      return false;
    });
  }

  release(namespace: string, room: Room): Promise<boolean> {
    return this.memory.write(() => {
      const isDoubtful = this.#find(namespace, room)?.isDoubtful ?? false;
      if (!isDoubtful || this.memberships.countOf(namespace, room) > 0) return false;
      return this.#delete(namespace, room);
    });
  }

  async count(namespace: string, room: Room): Promise<number> {
    await undefined;
    const found = this.#find(namespace, room);
    return found ? this.#membersOf(namespace, room, found) : 0;
  }

  async *list(namespace: string): AsyncIterable<readonly CountedRoom[]> {
    for await (const page of this.#counts.pages(namespace)) {
      const rooms = page.map(([place, count]) => {
        const room = decodeRoom(place);
        return { room, members: this.#membersOf(namespace, room, count) };
      });
      yield rooms.filter(({ members }) => members > 0);
    }
  }

  #membersOf(namespace: string, room: Room, { members, isDoubtful, deletedUntil }: Count): number {
    if (deletedUntil !== undefined) return 0;
    return isDoubtful ? this.memberships.countOf(namespace, room) : members;
  }

  #find(namespace: string, room: Room): Count | undefined {
    const found = this.#counts.get(namespace, encodeRoom(room));
    const isOver = (found?.deletedUntil ?? Number.POSITIVE_INFINITY) <= this.memory.now();
    return isOver ? undefined : found;
  }

  #set(namespace: string, room: Room, count: Count): void {
    this.#counts.set(namespace, encodeRoom(room), count);
  }

  /** One that is in doubt stays for a while: a leave that comes late counts there, and not in the next room of its name. */
  #delete(namespace: string, room: Room): boolean {
    const count = this.#find(namespace, room) as Count;
    if (!count.isDoubtful) return this.#counts.delete(namespace, encodeRoom(room));
    if (count.deletedUntil !== undefined) return false;
    const deletedUntil = this.memory.now() + MAX_INVOCATION_MS;
    this.#set(namespace, room, { ...count, deletedUntil });
    return true;
  }
}

const NEW: Count = { members: 0, isDoubtful: false };

/** @param by `undefined`: it may have been counted before */
function counted(count: Count, by: number | undefined): Count {
  if (by === undefined) return { ...count, isDoubtful: true };
  return { ...count, members: count.members + by };
}
