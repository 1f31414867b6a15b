import { MAX_INVOCATION_MS } from "../../platform-limits";
import type {
  ConnectionId,
  Member,
  Page,
  PageOptions,
  RecoveryMark,
  Room,
  SocketAddress,
  SocketId,
} from "../../ports";
import { checkRoom, encodeRoom } from "../room-key";
import { Lists } from "./lists";
import type { Memory } from "./memory";

/** In place of a room: all sockets of the namespace. No value that an application could take for a room. */
export const EVERYONE: unique symbol = Symbol("everyone");
export type Place = Room | typeof EVERYONE;

/** Members of rooms, and of namespaces as a whole. Each write is one membership's. */
export class Memberships {
  readonly #lists = new Lists<Membership>();

  constructor(private readonly memory: Memory) {}

  get size(): number {
    return this.#lists.size;
  }

  /** Those of expired memberships, too: a socket in two rooms is three. */
  all(): Member[] {
    return this.#lists.all().map(({ member }) => member);
  }

  async put(
    address: SocketAddress,
    rooms: readonly Place[],
    recoveryMark?: RecoveryMark,
  ): Promise<void> {
    // Checked before anything is written, as a batch is.
    const lists = rooms.map((room) => placeIn(address.namespace, room));
    const member = { ...memberOf(address), ...(recoveryMark && { recoveryMark }) };
    // Of a session that is being restored. If an event that fails for ever has begun that, it ends by itself.
    const isExpected = recoveryMark !== undefined && recoveryMark.until === undefined;
    const expiry = isExpected ? this.memory.now() + MAX_INVOCATION_MS : Number.POSITIVE_INFINITY;
    for (const list of lists) {
      await this.memory.write(() => this.#lists.set(list, address.socketId, { member, expiry }));
    }
  }

  /** @param only the connection whose memberships they must be. @default - any */
  async remove(
    { namespace, socketId }: Pick<SocketAddress, "namespace" | "socketId">,
    rooms: readonly Place[],
    only?: ConnectionId,
  ): Promise<boolean> {
    let isRemoved = false;
    for (const list of rooms.map((room) => placeIn(namespace, room))) {
      isRemoved = await this.memory.write(() => {
        const found = this.#lists.get(list, socketId);
        const isMeant = only === undefined || found?.member.connectionId === only;
        return isMeant && this.#lists.delete(list, socketId);
      });
    }
    return isRemoved;
  }

  async *pages(namespace: string, room: Place): AsyncIterable<readonly Member[]> {
    for await (const page of this.#lists.pages(placeIn(namespace, room))) {
      const members = this.#living(page);
      if (members.length > 0) yield members;
    }
  }

  async page(
    { namespace, room }: { readonly namespace: string; readonly room: Place },
    { after, limit }: PageOptions,
  ): Promise<Page<Member>> {
    return this.pageOf(placeIn(namespace, room), { after, limit });
  }

  pageOf(list: string, { after, to = "~", limit }: PageOptions & { to?: string }): Page<Member> {
    const found = this.#lists.read(list, after, limit).filter(([id]) => id <= to);
    const next = found.length === limit ? found.at(-1)?.[0] : undefined;
    return { items: this.#living(found), ...(next === undefined ? {} : { next }) };
  }

  /** Those of expired memberships, too. */
  countOf(namespace: string, room: Place): number {
    return this.#lists.sizeOf(placeIn(namespace, room));
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

/** The name of a list of members. A namespace holds no comma. */
export function placeIn(namespace: string, room: Place): string {
  return room === EVERYONE ? namespace : listOf(namespace, room);
}

/** The name of the list of a room's things. @throws TypeError for an invalid room, RangeError for a name that is too long */
export function listOf(namespace: string, room: Room): string {
  checkRoom(namespace, room);
  return `${namespace},${encodeRoom(room)}`;
}
