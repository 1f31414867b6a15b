import { MAX_INVOCATION_MS } from "../../platform-limits";
import type {
  ConnectionId,
  Member,
  Page,
  PageOptions,
  Replayed,
  Room,
  SocketAddress,
  SocketId,
} from "../../ports";
import { checkRoom, encodeRoom } from "../../room-key";
import { Lists } from "./lists";
import type { Memory } from "./memory";

/** Members of rooms, and of namespaces as a whole: `undefined` in place of a room. Each write is one membership's. */
export class Memberships {
  readonly #lists = new Lists<Membership>();

  constructor(private readonly memory: Memory) {}

  get size(): number {
    return this.#lists.size;
  }

  async put(
    address: SocketAddress,
    rooms: readonly (Room | undefined)[],
    replayed?: Replayed,
  ): Promise<void> {
    // Checked before anything is written, as a batch is.
    const lists = rooms.map((room) => listOf(address.namespace, room));
    const member = { ...memberOf(address), ...(replayed && { replayed }) };
    // Of a session that is being restored. If an event that fails for ever has begun that, it ends by itself.
    const isExpected = replayed !== undefined && replayed.until === undefined;
    const expiry = isExpected ? this.memory.now() + MAX_INVOCATION_MS : Number.POSITIVE_INFINITY;
    for (const list of lists) {
      await this.memory.write(() => this.#lists.set(list, address.socketId, { member, expiry }));
    }
  }

  /** @param only the connection whose memberships they must be. @default - any */
  async remove(
    { namespace, socketId }: Pick<SocketAddress, "namespace" | "socketId">,
    rooms: readonly (Room | undefined)[],
    only?: ConnectionId,
  ): Promise<boolean> {
    let isRemoved = false;
    for (const list of rooms.map((room) => listOf(namespace, room))) {
      isRemoved = await this.memory.write(() => {
        const found = this.#lists.get(list, socketId);
        const isMeant = only === undefined || found?.member.connectionId === only;
        return isMeant && this.#lists.delete(list, socketId);
      });
    }
    return isRemoved;
  }

  async *pages(namespace: string, room?: Room): AsyncIterable<readonly Member[]> {
    for await (const page of this.#lists.pages(listOf(namespace, room))) {
      const members = this.#living(page);
      if (members.length > 0) yield members;
    }
  }

  async page(
    { namespace, room }: { readonly namespace: string; readonly room: Room | undefined },
    { after, limit }: PageOptions,
  ): Promise<Page<Member>> {
    return this.pageOf(listOf(namespace, room), { after, limit });
  }

  pageOf(list: string, { after, to = "~", limit }: PageOptions & { to?: string }): Page<Member> {
    const found = this.#lists.read(list, after, limit).filter(([id]) => id <= to);
    const next = found.length === limit ? found.at(-1)?.[0] : undefined;
    return { items: this.#living(found), ...(next === undefined ? {} : { next }) };
  }

  /** Those of expired memberships, too. */
  countOf(namespace: string, room: Room | undefined): number {
    return this.#lists.sizeOf(listOf(namespace, room));
  }

  #living(found: readonly [SocketId, Membership][]): Member[] {
    return found
      .filter(([, { expiry }]) => expiry > this.memory.now())
      .map(([, { member }]) => member);
  }
}

interface Membership {
  readonly member: Member;
  /** Epoch milliseconds. */
  readonly expiry: number;
}

function memberOf({ socketId, connectionId, protocol, until }: SocketAddress): Member {
  return { socketId, connectionId, protocol, ...(until === undefined ? {} : { until }) };
}

/** The name of the list of a room's things. A namespace holds no comma. */
export function listOf(namespace: string, room: Room | undefined): string {
  if (room === undefined) return namespace;
  checkRoom(namespace, room);
  return `${namespace},${encodeRoom(room)}`;
}
