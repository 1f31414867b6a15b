import type { Room, SocketId } from "../ports";
import type { AdapterPorts } from "./contract";

interface Joining {
  readonly namespace: string;
  readonly id: SocketId;
  /** The rooms in which the socket is, its own among them. */
  readonly view: ReadonlySet<Room>;
  readonly rooms: ReadonlySet<Room>;
}

type Asked = Pick<AdapterPorts, "rooms"> & Partial<Pick<AdapterPorts, "roomLimits" | "otherRooms">>;

/** Why a socket may not join rooms. Asked before anything has changed: no room of them is joined then. */
export function refuseRooms(
  { namespace, id, view, rooms }: Joining,
  { rooms: roomStore, roomLimits: limits, otherRooms }: Asked,
): Error | undefined {
  const added = [...rooms].filter((room) => !view.has(room));
  try {
    for (const room of added) roomStore.check(namespace, room);
  } catch (error) {
    return error as Error;
  }
  const asked = added.filter((room) => room !== id);
  if (!limits || asked.length === 0) return undefined;
  const all = [...view, ...asked].filter((room) => room !== id);
  return (
    refuse("rooms for a socket", limits.rooms, all.length) ??
    refuse("bytes for a room's name", limits.roomNameBytes, Math.max(...asked.map(bytesOf))) ??
    refuse(
      "bytes for the names of a connection's rooms",
      limits.roomBytes,
      [...all, ...(otherRooms?.(id) ?? [])].reduce<number>((sum, room) => sum + bytesOf(room), 0),
    )
  );
}

function refuse(what: string, most: number, got: number): RangeError | undefined {
  if (got <= most) return undefined;
  return new RangeError(`Cannot join: expected at most ${most} ${what}, got ${got}`);
}

function bytesOf(room: Room): number {
  return Buffer.byteLength(String(room));
}
