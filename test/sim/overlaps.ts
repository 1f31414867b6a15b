import type { Broadcast, Broadcasts } from "./broadcasts";
import type { Said } from "./said";
import type { Talker } from "./talker";

/**
 * Two broadcasts that overlap reach a client in either order. Of one that overlapped the last one that a client has got
 * before it comes back, its session cannot tell whether it has got it too (ARCHITECTURE.md, "Recovery"). Broadcasts of
 * one connection's events follow each other and never overlap.
 */
export interface Overlapping {
  readonly broadcasts: Broadcasts;
  /** When a message was surely over: its sender has learned so. */
  readonly doneAt: (said: Said) => number;
}

/** Whether the session takes it as received: the last one began later, or its end was noted after this one began. */
export function mayMiss(said: Said, listener: Talker, { broadcasts, doneAt }: Overlapping) {
  const one = broadcasts.of(said);
  const endedAt = one?.endedAt ?? doneAt(said);
  return othersSeen(said, listener, broadcasts).some((seen) =>
    one && one.offset > seen.offset
      ? one.beganAt < (seen.endedAt ?? seen.beganAt)
      : endedAt >= seen.beganAt,
  );
}

/** Whether the session takes it as missed: it began during the last one, whose end was not noted yet. */
export function mayComeAgain(said: Said, listener: Talker, { broadcasts, doneAt }: Overlapping) {
  const one = broadcasts.of(said);
  return othersSeen(said, listener, broadcasts).some((seen) => {
    const endedAt = seen.said ? doneAt(seen.said) : (seen.endedAt ?? Number.POSITIVE_INFINITY);
    return one !== undefined && one.offset > seen.offset && one.beganAt <= endedAt;
  });
}

/** The last broadcasts that a client named when it came back, less those of the same connection. */
function othersSeen({ namespace, connection }: Said, { named }: Talker, broadcasts: Broadcasts) {
  return [...(named.get(namespace) ?? [])]
    .map((offset) => broadcasts.at(offset))
    .filter((it): it is Broadcast => it !== undefined && it.said?.connection !== connection);
}
