import type { Socket } from "socket.io";
import { readSetting } from "../src/settings/read";
import { checkRoomLimits, DEFAULT_ROOM_LIMITS, type RoomLimits } from "../src/settings/room-limits";
import { limits as deployedLimits } from "../src/settings/settings";
import { limitsOf } from "./policy";
import { Refused } from "./refused";

/** The limits of the deployment, with those of the application in their place. */
export function readLimits(own: Partial<RoomLimits> = {}, env = process.env): RoomLimits {
  checkRoomLimits(own);
  const deployed = readSetting(deployedLimits, env);
  return { ...DEFAULT_ROOM_LIMITS, ...deployed, ...own };
}

/** The socket's own limits: a token may lower the deployment's, never raise them. */
function limitOf(
  socket: Socket,
  limits: RoomLimits,
  name: "roomsPerSocket" | "actionsPerSecond",
): number {
  return Math.min(limits[name], limitsOf(socket.data.claims)[name] ?? Number.POSITIVE_INFINITY);
}

export function checkRoomName(verb: string, room: string, limits: RoomLimits): void {
  if (room.length > limits.roomNameLength) {
    throw new Refused(
      "bad_request",
      `Cannot ${verb}: expected room to have at most ${limits.roomNameLength} characters, got ${room.length}`,
    );
  }
  if (new RegExp(`^(?:${limits.roomNamePattern})$`, "u").test(room)) return;
  throw new Refused(
    "bad_request",
    `Cannot ${verb}: expected room to match ${limits.roomNamePattern}, got ${JSON.stringify(room.slice(0, 60))}`,
  );
}

export function checkRoomCount(socket: Socket, room: string, limits: RoomLimits): void {
  const limit = limitOf(socket, limits, "roomsPerSocket");
  const count = [...socket.rooms].filter((one) => one !== socket.id).length;
  if (count < limit || socket.rooms.has(room)) return;
  throw new Refused(
    "too_many_rooms",
    `Cannot join: expected to be in fewer than ${limit} rooms, got ${count}`,
  );
}

export function checkArgs(args: readonly unknown[], limits: RoomLimits): void {
  const bytes = sizeOf(args);
  if (bytes <= limits.argsBytes) return;
  throw new Refused(
    "too_large",
    `Cannot send: expected args of at most ${limits.argsBytes} bytes, got ${bytes}`,
  );
}

function sizeOf(args: readonly unknown[]): number {
  try {
    return Buffer.byteLength(
      JSON.stringify(args, (_, value) =>
        ArrayBuffer.isView(value) || value instanceof ArrayBuffer
          ? "x".repeat(value.byteLength)
          : value,
      ),
    );
  } catch {
    // Parsers go deeper than writers: the server could send this to no client.
    throw new Refused("bad_request", "Cannot send: expected args that are not so deeply nested");
  }
}

/** What an invocation may forget: about as much as passes until the next. */
const FORGOTTEN_MS = 40;

/** Where the generic cell rate algorithm keeps its one number, in epoch milliseconds. */
interface Budget {
  roomsBusyUntil?: number;
}

/**
 * Counts an action against the socket's rate (the generic cell rate algorithm: a bucket that is one
 * number). It is a property of the socket, so it goes from invocation to invocation as any other;
 * but a client that is not in a hurry causes no write.
 */
export function countAction(socket: Socket, limits: RoomLimits, now = Date.now()): void {
  const limit = limitOf(socket, limits, "actionsPerSecond");
  if (limit === 0) throw new Refused("too_fast", "Expected no actions, got one");
  const cost = 1000 / limit;
  const budget = socket as Budget;
  const busyUntil = Math.max(now, inProcess.get(socket) ?? budget.roomsBusyUntil ?? 0);
  if (busyUntil + cost > now + Math.max(1000, cost)) {
    throw new Refused(
      "too_fast",
      `Expected at most ${limit} actions a second, got more; wait ${Math.ceil(busyUntil - now)} ms`,
    );
  }
  inProcess.set(socket, busyUntil + cost);
  if (busyUntil + cost - now > FORGOTTEN_MS) budget.roomsBusyUntil = Math.ceil(busyUntil + cost);
}

const inProcess = new WeakMap<Socket, number>();
