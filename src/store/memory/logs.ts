import type { LoggedPacket, LogPage, Order, Orders, PacketLog, Room } from "../../ports";
import { Lists } from "./lists";
import { EVERYONE, placeIn } from "./memberships";
import { checkSize, type Memory } from "./memory";

/** A list for each room, and one for what was sent to everyone. Nothing expires: a store may keep it longer. */

/** Sorts right behind the offset to which it belongs. */
const END = "~";

type Audience = readonly (Room | undefined)[];

/** The packets of the last while. */
export class MemoryLog implements PacketLog {
  readonly #lists = new Lists<LoggedPacket | { readonly endedAt: number }>();

  constructor(private readonly memory: Memory) {}

  get size(): number {
    return this.#lists.size;
  }

  async append(namespace: string, rooms: Audience, packet: LoggedPacket): Promise<void> {
    const { offset, except } = packet;
    const encoded = packet.encoded.map(own);
    checkSize(...encoded);
    for (const list of listsOf(namespace, rooms)) {
      await this.memory.write(() => this.#lists.set(list, offset, { offset, encoded, except }));
    }
  }

  async finish(namespace: string, rooms: Audience, offset: string): Promise<void> {
    const end = { endedAt: this.memory.now() };
    for (const list of listsOf(namespace, rooms)) {
      await this.memory.write(() => this.#lists.set(list, offset + END, end));
    }
  }

  async *since(namespace: string, room: Room | undefined, offset: string): AsyncIterable<LogPage> {
    for await (const page of this.#lists.pages(
      placeIn(namespace, room === undefined ? EVERYONE : room),
      offset,
    )) {
      const packets: LoggedPacket[] = [];
      const ends = new Map<string, number>();
      for (const [place, entry] of page) {
        if ("endedAt" in entry) ends.set(place.slice(0, -END.length), entry.endedAt);
        else packets.push({ ...entry, encoded: entry.encoded.map(own) });
      }
      yield { packets, ends };
    }
  }
}

/** What was done to members, for those that are away. */
export class MemoryOrders implements Orders {
  readonly #lists = new Lists<Order>();

  constructor(private readonly memory: Memory) {}

  get size(): number {
    return this.#lists.size;
  }

  async keep(namespace: string, rooms: Audience, order: Order): Promise<void> {
    for (const list of listsOf(namespace, rooms)) {
      await this.memory.write(() => this.#lists.set(list, order.offset, { ...order }));
    }
  }

  async *since(
    namespace: string,
    room: Room | undefined,
    offset: string,
  ): AsyncIterable<readonly Order[]> {
    for await (const page of this.#lists.pages(
      placeIn(namespace, room === undefined ? EVERYONE : room),
      offset,
    )) {
      yield page.map(([, order]) => order);
    }
  }
}

/** All are checked before the first is written. */
function listsOf(namespace: string, rooms: Audience): string[] {
  return rooms.map((room) => placeIn(namespace, room === undefined ? EVERYONE : room));
}

/** Bytes that no caller changes later. */
function own(part: string | Buffer): string | Buffer {
  return typeof part === "string" ? part : Buffer.from(part);
}
