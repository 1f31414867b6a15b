import type { MapRoom, RestOfRooms, RoomMap } from "../source";
import type { Directory, ListedRoom } from "./directory";

/** As many circles as a person can still tell apart. */
const MOST_ROOMS = 120;
/** Dots in one circle; more would only be grey. */
const MOST_DOTS = 400;
/** Rooms that are not shown one by one are shown by size. */
const STEPS = [1, 2, 5, 20, 100, 1000, Number.POSITIVE_INFINITY];

/** The largest rooms with who is in them, and the sum of the others: the same size for 5 rooms and for 10,000. */
export function mapOf(directory: Directory, namespace: string): RoomMap {
  const { at, truncated, namespaces } = directory;
  const found = namespaces.get(namespace);
  const rooms = [...(found?.rooms ?? [])].sort(
    ([a, x], [b, y]) => y.members - x.members || (String(a) < String(b) ? -1 : 1),
  );
  let loners = 0;
  for (const { socket } of found?.sockets.values() ?? []) {
    if (socket.rooms.size - (socket.rooms.has(socket.id) ? 1 : 0) === 0) loners += 1;
  }
  const shown = rooms.slice(0, MOST_ROOMS).map(
    ([room, { members, sockets }]): MapRoom => ({
      ...{ room, members },
      sockets: sockets.slice(0, MOST_DOTS),
    }),
  );
  return {
    ...{ at, truncated, namespace, loners },
    rooms: shown,
    rest: rest(rooms.slice(MOST_ROOMS).map(([, room]) => room)),
    totalRooms: rooms.length,
    totalSockets: found?.sockets.size ?? 0,
  };
}

function rest(rooms: readonly ListedRoom[]): RestOfRooms[] {
  return STEPS.flatMap((most, place) => {
    const least = (STEPS[place - 1] ?? 0) + 1;
    const some = rooms.filter(({ members }) => members >= least && members <= most);
    if (some.length === 0) return [];
    const sizes = some.map(({ members }) => members);
    return [
      {
        rooms: some.length,
        members: sizes.reduce((sum, size) => sum + size, 0),
        smallest: sizes.reduce((a, b) => Math.min(a, b)),
        largest: sizes.reduce((a, b) => Math.max(a, b)),
      },
    ];
  });
}
