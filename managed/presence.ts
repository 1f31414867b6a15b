import type { Socket } from "socket.io";
import { PresenceEvent, type PresenceNotice } from "../src/wire/managed";
import { roomsAdapter } from "./membership";
import type { PresenceOptions } from "./options";
import { type Claims, matches } from "./pattern";

/** Tells rooms who comes and goes. */
export interface Presence {
  joined(socket: Socket, room: string): Promise<void>;
  left(socket: Socket, room: string): Promise<void>;
  /** Call at every connection: a session that was recovered is in its rooms without joining them. */
  watch(socket: Socket): void;
}

const DEFAULT_GRACE_SECONDS = 5;
/** SQS delays no message for longer. */
const MAX_GRACE_SECONDS = 900;

/** Ends that the client or the server chose: the room does not wait for a return. */
const FINAL = new Set(["client namespace disconnect", "server namespace disconnect"]);

/**
 * A user is in a room as long as one of that user's sockets is. A socket that has lost its connection
 * has a while to return, by recovery or by joining again, before the server notifies the room.
 *
 * @throws RangeError if the grace period is invalid.
 */
export function createPresence(options: PresenceOptions): Presence {
  const { graceSeconds = DEFAULT_GRACE_SECONDS } = options;
  if (!(graceSeconds >= 0 && graceSeconds <= MAX_GRACE_SECONDS)) {
    throw new RangeError(
      `Cannot watch presence: expected graceSeconds from 0 to ${MAX_GRACE_SECONDS}, got ${graceSeconds}`,
    );
  }
  const patterns = [options.rooms].flat() as string[];
  const isWatched = (room: unknown): room is string =>
    typeof room === "string" && patterns.some((pattern) => matches(pattern, room));

  const joined = async (socket: Socket, room: string) => {
    // Where events of a connection overlap, the socket may have left while it joined.
    if (!isWatched(room) || !socket.rooms.has(room)) return;
    const isNew = await roomsAdapter(socket.nsp).presences.enter(room, whoIs(socket));
    if (isNew) socket.to(room).emit(PresenceEvent.joined, noticeOf(socket, room));
  };
  const leave = async (socket: Socket, room: string, delaySeconds: number) => {
    if (!isWatched(room)) return;
    const notice = [PresenceEvent.left, noticeOf(socket, room)] as const;
    await roomsAdapter(socket.nsp).presences.leave(room, {
      ...whoIs(socket),
      delaySeconds,
      notice,
    });
  };

  return {
    joined,
    left: (socket, room) => leave(socket, room, 0),
    watch(socket) {
      // A failure of the table fails the event, which comes again; the promise has no other reader.
      if (socket.recovered) for (const room of socket.rooms) joined(socket, room).catch(() => {});
      socket.on("disconnecting", async (reason) => {
        const delaySeconds = FINAL.has(reason) ? 0 : graceSeconds;
        const rooms = [...socket.rooms];
        await Promise.all(rooms.map((room) => leave(socket, room, delaySeconds)));
      });
    },
  };
}

function userOf(socket: Socket): string | undefined {
  const { sub } = (socket.data.claims ?? {}) as Claims;
  return typeof sub === "string" ? sub : undefined;
}

function whoIs(socket: Socket) {
  return { name: userOf(socket) ?? socket.id, socketId: socket.id };
}

function noticeOf(socket: Socket, room: string): PresenceNotice {
  const user = userOf(socket);
  return { room, id: socket.id, ...(user === undefined ? {} : { user }) };
}
