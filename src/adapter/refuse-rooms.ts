import type { Room } from "../ports";
import { checkRoom } from "../room-key";

interface Joining {
  readonly namespace: string;
  /** The rooms in which the socket is, its own among them. */
  readonly view: ReadonlySet<Room>;
  readonly rooms: ReadonlySet<Room>;
  /** Besides its own. */
  readonly maxRooms: number | undefined;
}

/** Why a socket may not join rooms. Asked before anything has changed: no room of them is joined then. */
export function refuseRooms({
  namespace,
  view,
  rooms,
  maxRooms = Number.POSITIVE_INFINITY,
}: Joining): Error | undefined {
  const added = [...rooms].filter((room) => !view.has(room));
  try {
    for (const room of added) checkRoom(namespace, room);
  } catch (error) {
    return error as Error;
  }
  // A socket joins its own room first and alone.
  if (added.length === 0 || view.size + added.length <= maxRooms + 1) return undefined;
  const count = view.size + added.length - 1;
  return new RangeError(
    `Cannot join: expected at most ${maxRooms} rooms for a socket, got ${count}`,
  );
}
