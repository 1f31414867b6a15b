import { isOver } from "../expiry";
import type { Hearing, Room, SocketId, SocketRecord } from "../ports";
import { tagRoom } from "../room-tag";
import { createOffset, offsetAt } from "../wire/offset";

/** Since the session began. */
const ALWAYS = "";
/** Behind all offsets. */
const NEVER = "~";

/**
 * What the sockets of this process can have heard: since when each is there and in each of its rooms. Kept with a socket
 * where its session can be recovered, since a client names whatever offset it likes when it comes back.
 */
export class Hearings {
  readonly #bySocket = new Map<SocketId, Hearing>();

  /** @param isKept whether sessions can be recovered; if not, nothing is noted here */
  constructor(private readonly isKept: boolean) {}

  of(id: SocketId): Hearing | undefined {
    return this.#bySocket.get(id);
  }

  /** Takes a socket over from an earlier invocation. */
  restore(
    id: SocketId,
    { hearing, issued, rooms }: Pick<SocketRecord, "hearing" | "issued" | "rooms">,
  ): void {
    if (!this.isKept) return;
    const isKnown = hearing !== undefined && hearing.after !== "";
    const known = isKnown ? hearing : { ...hearing, ...unknownHearing(rooms, hearing) };
    this.#bySocket.set(id, isKnown ? known : { ...known, after: offsetAt(issued) });
  }

  /** A socket connects. @param before what its session had heard, if that goes on */
  begin(
    id: SocketId,
    {
      rooms,
      until,
      before,
    }: { rooms: Iterable<Room>; until?: number | undefined; before?: Hearing | undefined },
  ): Hearing | undefined {
    if (!this.isKept) return undefined;
    const now = createOffset();
    const hearing = renew(before ?? { after: now, joined: new Map() }, until);
    const joined = [...rooms].map((room): [string, string] => {
      const at = before ? joinedAt(before, room) : ALWAYS;
      return [tagRoom(room), at === NEVER ? now : at > hearing.after ? at : ALWAYS];
    });
    this.#bySocket.set(id, { ...hearing, joined: new Map(joined) });
    return this.of(id);
  }

  /** Some socket joins rooms now: the offset after which it hears them. A room that it is in keeps its own. */
  join(id: SocketId, rooms: Iterable<Room>): string | undefined {
    if (!this.isKept) return undefined;
    const at = createOffset();
    const hearing = this.of(id);
    if (hearing) {
      const added = [...rooms].map((room): [string, string] => [tagRoom(room), at]);
      this.#bySocket.set(id, { ...hearing, joined: new Map([...added, ...hearing.joined]) });
    }
    return at;
  }

  /** Some socket leaves rooms now: the offset until which it may have heard them. */
  leave(id: SocketId, rooms: Iterable<Room>): string | undefined {
    if (!this.isKept) return undefined;
    const left = createOffset();
    const hearing = this.of(id);
    if (hearing) {
      const gone = new Set([...rooms].map(tagRoom));
      const joined = [...hearing.joined].filter(([tag]) => !gone.has(tag));
      this.#bySocket.set(id, { ...hearing, joined: new Map(joined), left });
    }
    return left;
  }

  /** A socket's memberships are written again, with another end. */
  renew(id: SocketId, until: number | undefined): Hearing | undefined {
    const hearing = this.of(id);
    if (!hearing) return undefined;
    const renewed = renew(hearing, until);
    this.#bySocket.set(id, renewed);
    return renewed;
  }

  release(id: SocketId): void {
    this.#bySocket.delete(id);
  }
}

/** The offset after which a session is in a room. A room that was not noted brings nothing. */
export function joinedAt({ joined }: Hearing, room: Room): string {
  return joined.get(tagRoom(room)) ?? NEVER;
}

/** Rooms that a session had to leave while its client was away, each with the offset of the order. */
export type FormerRooms = ReadonlyMap<Room, string>;

/** Whether a session was then in a room that a packet, or an order, excepts. */
export function isExcepted(
  hearing: Hearing,
  former: FormerRooms,
  { offset, except }: { readonly offset: string; readonly except: readonly Room[] },
): boolean {
  return except.some(
    (room) => offset > joinedAt(hearing, room) && offset <= (former.get(room) ?? NEVER),
  );
}

/** Of what an earlier version has stored, which did not note when rooms were joined. */
export function unknownHearing(rooms: Iterable<Room>, later?: Hearing): Hearing {
  const joined = [...rooms].map((room): [string, string] => [tagRoom(room), ALWAYS]);
  return { after: "", joined: new Map([...joined, ...(later?.joined ?? [])]) };
}

/** Of several times without hearing, the last is kept: what came before it has long been received. */
function renew(hearing: Hearing, until: number | undefined): Hearing {
  const { until: before, deaf, ...rest } = hearing;
  const ended = until === undefined ? {} : { until };
  if (before === undefined || !isOver(before)) {
    return { ...rest, ...ended, ...(deaf ? { deaf } : {}) };
  }
  const after = deaf && deaf[1] > rest.after ? deaf[1] : rest.after;
  return { ...rest, ...ended, after, deaf: [offsetAt(before * 1000), createOffset()] };
}
