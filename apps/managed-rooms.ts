import type { Namespace, Socket } from "socket.io";
import { MAX_NAME_LENGTH, RESERVED_EVENTS } from "../src/wire/limits";
import {
  ManagedEvent,
  type ManagedResult,
  type RoomRequest,
  type SendRequest,
} from "../src/wire/managed";

export type Verb = "join" | "leave" | "send";

export interface ManagedRoomsOptions {
  /**
   * Whether a socket may do this in this room; asked at every action. For `send` to oneself the room
   * may be absent.
   *
   * @default - everyone may join, leave and send to every room
   */
  readonly authorize?: (
    socket: Socket,
    verb: Verb,
    room: string | undefined,
  ) => boolean | Promise<boolean>;
}

/**
 * Lets clients of a namespace join, leave and send to rooms by themselves: JSON clients by the
 * actions `join`, `leave` and `send`, stock clients by the events `rooms:join`, `rooms:leave` and
 * `rooms:send` with an ack. Built on nothing but Socket.IO's public API.
 */
export function managedRooms(namespace: Namespace, options: ManagedRoomsOptions = {}): void {
  const authorize = options.authorize ?? (() => true);

  namespace.on("connection", (socket) => {
    socket.on(ManagedEvent.join, (request: unknown, ack: unknown) =>
      answer(ack, async () => {
        const { room } = readRoom("join", request);
        if (await isOwnRoomOfAnother(namespace, socket, room)) {
          throw new Refused(
            "forbidden",
            `Cannot join: expected a room of your own or a shared one, got the own room of another socket`,
          );
        }
        await allow(socket, "join", room);
        await socket.join(room);
      }),
    );

    socket.on(ManagedEvent.leave, (request: unknown, ack: unknown) =>
      answer(ack, async () => {
        const { room } = readRoom("leave", request);
        await allow(socket, "leave", room);
        await socket.leave(room);
      }),
    );

    socket.on(ManagedEvent.send, (request: unknown, ack: unknown) =>
      answer(ack, async () => {
        const { room, event, args, scope } = readSend(request);
        await allow(socket, "send", room);
        if (scope === "self") socket.emit(event, ...args);
        else if (scope === "others") socket.to(room as string).emit(event, ...args);
        else namespace.to(room as string).emit(event, ...args);
      }),
    );
  });

  async function allow(socket: Socket, verb: Verb, room: string | undefined): Promise<void> {
    if (await authorize(socket, verb, room)) return;
    throw new Refused(
      "forbidden",
      `Cannot ${verb}: expected a room where this is allowed, got ${quote(room)}`,
    );
  }
}

/** What the client did wrong: an answer, not a failure. */
class Refused extends Error {
  constructor(
    readonly code: "bad_request" | "forbidden",
    message: string,
  ) {
    super(message);
  }
}

async function answer(ack: unknown, action: () => Promise<void>): Promise<void> {
  const reply = typeof ack === "function" ? (ack as (result: ManagedResult) => void) : () => {};
  try {
    await action();
    reply({ status: "ok" });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    reply({ status: "error", code: error.code, message: error.message });
  }
}

/** Every socket is in a room of its own id; whoever joined it would read its private messages. */
async function isOwnRoomOfAnother(
  namespace: Namespace,
  socket: Socket,
  room: string,
): Promise<boolean> {
  if (room === socket.id || !/^[\w-]{20}$/.test(room)) return false;
  return (await namespace.in(room).allSockets()).has(room);
}

function readRoom(verb: Verb, request: unknown): RoomRequest {
  return { room: readName(verb, "room", (request as Partial<RoomRequest> | undefined)?.room) };
}

function readSend(request: unknown): SendRequest {
  const { room, event, args = [], scope = "room" } = (request ?? {}) as Partial<SendRequest>;
  if (scope !== "room" && scope !== "others" && scope !== "self") {
    throw new Refused(
      "bad_request",
      `Cannot send: expected scope to be room, others or self, got ${quote(scope)}`,
    );
  }
  if (!Array.isArray(args)) {
    throw new Refused(
      "bad_request",
      `Cannot send: expected args to be an array, got ${typeof args}`,
    );
  }
  return {
    room: scope === "self" && room === undefined ? undefined : readName("send", "room", room),
    event: readEvent(event),
    args,
    scope,
  };
}

function readEvent(event: unknown): string {
  const name = readName("send", "event", event);
  if (!RESERVED_EVENTS.has(name)) return name;
  throw new Refused(
    "bad_request",
    `Cannot send: expected event not to be a reserved name, got ${quote(name)}`,
  );
}

function readName(verb: Verb, what: string, value: unknown): string {
  if (typeof value === "string" && value.length > 0 && value.length <= MAX_NAME_LENGTH) {
    return value;
  }
  throw new Refused(
    "bad_request",
    `Cannot ${verb}: expected ${what} to be a string of 1 to ${MAX_NAME_LENGTH} characters, got ${quote(value)}`,
  );
}

function quote(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? JSON.stringify(value.slice(0, 60)) : typeof value;
}
