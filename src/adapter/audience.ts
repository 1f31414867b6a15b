import type { Member, Room, SocketId, Store } from "../ports";

/** Whom a broadcast reaches: the union of `rooms` (none: everyone) less every socket in `except`. */
export interface Audience {
  readonly rooms: ReadonlySet<Room>;
  readonly except: ReadonlySet<Room>;
}

/**
 * The members of an audience, page by page; no socket twice.
 *
 * @param isOwnRoom whether a room is known to be some socket's own room. Excepting such a room needs
 *   no query, which makes "everyone but the sender" free.
 */
export async function* readAudience(
  store: Store,
  namespace: string,
  { rooms, except }: Audience,
  isOwnRoom: (room: Room) => boolean,
): AsyncIterable<readonly Member[]> {
  const hidden = await exceptedIds(store, namespace, except, isOwnRoom);
  const sources = rooms.size
    ? [...rooms].map((room) => store.members(namespace, room))
    : [store.everyone(namespace)];
  // In a single source no socket comes twice, so there is nothing to remember.
  const seen = sources.length > 1 ? new Set<SocketId>() : undefined;
  for (const source of sources) {
    for await (const page of source) {
      const visible = page.filter((member) => isVisible(member.socketId, hidden, seen));
      if (visible.length) yield visible;
    }
  }
}

function isVisible(
  id: SocketId,
  hidden: ReadonlySet<SocketId>,
  seen: Set<SocketId> | undefined,
): boolean {
  if (hidden.has(id) || seen?.has(id)) return false;
  seen?.add(id);
  return true;
}

/** The sockets in `except`. */
export async function exceptedIds(
  store: Store,
  namespace: string,
  except: ReadonlySet<Room>,
  isOwnRoom: (room: Room) => boolean,
): Promise<Set<SocketId>> {
  const ids = new Set<SocketId>();
  for (const room of except) {
    if (isOwnRoom(room)) {
      ids.add(room as SocketId);
      continue;
    }
    for await (const page of store.members(namespace, room)) {
      for (const member of page) ids.add(member.socketId);
    }
  }
  return ids;
}
