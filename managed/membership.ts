import type { Namespace, Socket } from "socket.io";
import { Refused } from "./refused";

/** What the adapter of Lambda Rooms adds to Socket.IO's, as far as managed rooms use it. */
export interface RoomsAdapter {
  /** How many members a room has. */
  countRoom(room: string): Promise<number>;
  /** How long the client whose event is handled has to wait until it may send to a room, in milliseconds. */
  waitMs(): number;
  /** Some of a room's members, in the order of their ids. */
  pageOfMembers(
    room: string,
    page: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<{ readonly items: readonly string[]; readonly next?: string }>;
  readonly presences: {
    /** Notes that one more socket of a user is in a room; `true` if it is the first. */
    enter(room: string, who: Who): Promise<boolean>;
    /** Notes that it no longer is. If no other comes within the delay, the room gets the notice. */
    leave(room: string, leaving: LeavingUser): Promise<void>;
  };
  readonly memberships: {
    /** Call when `socket.data.claims` has changed: what a socket hears ends with their `exp`. */
    renew(socketId: string): Promise<void>;
  };
}

/** A client whose messages have reached very many waits; the refusal says for how long. */
export function checkDeliveries(socket: Socket): void {
  const waitMs = roomsAdapter(socket.nsp).waitMs();
  if (waitMs === 0) return;
  throw new Refused(
    "too_fast",
    `Cannot send: expected messages to fewer recipients in this time, got more; wait ${waitMs} ms`,
  );
}

export interface Who {
  readonly name: string;
  readonly socketId: string;
}

export interface LeavingUser extends Who {
  readonly delaySeconds: number;
  /** Event and arguments. */
  readonly notice: readonly [string, ...unknown[]];
}

/** @throws TypeError on a server that Lambda Rooms does not host. */
export function roomsAdapter(namespace: Namespace): RoomsAdapter {
  const adapter = namespace.adapter as Partial<RoomsAdapter>;
  if (adapter.countRoom) return adapter as RoomsAdapter;
  throw new TypeError("Cannot manage rooms: expected a server hosted by Lambda Rooms");
}

export interface MembersPage {
  /** Ids of sockets. */
  readonly members: readonly string[];
  /** What to give as `after` for the next page; absent at the end. */
  readonly next?: string;
}

export async function pageOfMembers(
  namespace: Namespace,
  room: string,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<MembersPage> {
  const { items, ...rest } = await roomsAdapter(namespace).pageOfMembers(room, page);
  return { members: items, ...rest };
}

/**
 * Every socket is in a room of its own id; another socket that joined it would read its private messages.
 * The form tells an id, since one that no socket holds now may come back with its session: 15 bytes in
 * base64url, of which the last three count the process's sockets from 0 (package `base64id`);
 * the host keeps what is above 2^20 out of ids.
 */
export function isOwnRoomOfAnother(socket: Socket, room: string): boolean {
  return room !== socket.id && /^[\w-]{16}[A-D][\w-]{3}$/.test(room);
}
