/** Who is in which room, from who is in which rooms. */
export function roomsIn<S, R>(sids: ReadonlyMap<S, ReadonlySet<R>>): Map<R, Set<S>> {
  const rooms = new Map<R, Set<S>>();
  for (const [id, joined] of sids) {
    for (const room of joined) rooms.set(room, (rooms.get(room) ?? new Set()).add(id));
  }
  return rooms;
}
