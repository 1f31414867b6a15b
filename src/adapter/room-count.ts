import type { Room } from "../ports";

/**
 * Refuses rooms that a socket may not be in besides those it has; its own, named after it, is not counted.
 *
 * @throws RangeError before anything has changed
 */
export function checkRoomCount(
  view: ReadonlySet<Room>,
  rooms: ReadonlySet<Room>,
  most = Number.POSITIVE_INFINITY,
): void {
  const added = [...rooms].filter((room) => !view.has(room)).length;
  // A socket joins its own room first and alone.
  if (added === 0 || view.size + added <= most + 1) return;
  throw new RangeError(
    `Cannot join: expected at most ${most} rooms for a socket, got ${view.size + added - 1}`,
  );
}
