import type { Room, RoomChange } from "../../ports";

/**
 * Raised when the SDK has sent a write again because an answer got lost: what is answered then may be what the
 * first try has left, so it does not tell what the write has changed.
 */
export class Doubt {
  isRaised = false;

  readonly raise = (): void => {
    this.isRaised = true;
  };

  /** The rooms that were changed, as far as is known. */
  about(rooms: readonly Room[], isChanged: (room: Room) => boolean): RoomChange {
    const distinct = [...new Set(rooms)];
    return this.isRaised
      ? { rooms: distinct, isCertain: false }
      : { rooms: distinct.filter(isChanged), isCertain: true };
  }
}
