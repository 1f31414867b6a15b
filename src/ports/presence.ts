import type { Room, SocketId } from "./records";

/** A socket under the name by which its room knows it: a user's, or its own id. */
export interface Who {
  readonly name: string;
  readonly socketId: SocketId;
}

/** Who is in a room by name, however many sockets that takes. Each write is atomic. */
export interface Presence {
  /**
   * `true` if no socket of that name was there, and the room has been told that the name left. Idempotent. A leave
   * that no call has confirmed for twenty minutes never will be, so the name appears anew.
   */
  enter(namespace: string, room: Room, who: Who): Promise<boolean>;
  /**
   * Takes a socket away. When that was the last of its name: what `confirmLeave` wants, to be called once
   * it has been waited for long enough. `undefined` otherwise, and if the socket was not there.
   */
  leave(namespace: string, room: Room, who: Who): Promise<string | undefined>;
  /** Forgets a name unless a socket of it has arrived since; `true` for exactly one caller. */
  confirmLeave(namespace: string, room: Room, name: string, since: string): Promise<boolean>;
}

/** A name that may have left a room, unless it comes back. */
export interface PendingLeave {
  readonly namespace: string;
  readonly room: Room;
  readonly who: Who;
  readonly since: string;
  /** The event that tells the room, and its arguments. */
  readonly notice: readonly [string, ...unknown[]];
}
