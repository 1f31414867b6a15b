import type { Socket } from "socket.io";
import type { RoomLimits } from "../src/settings/room-limits";
import { type Request, type RequestName, read, requests } from "../src/wire/requests";
import { checkArgs, checkRoomCount, checkRoomName } from "./limits";
import { checkDeliveries, isOwnRoomOfAnother, pageOfMembers, roomsAdapter } from "./membership";
import type { ManagedMessage, ManagedRoomsOptions } from "./options";
import type { Authorize, Verb } from "./policy";
import type { Presence } from "./presence";
import { Refused } from "./refused";

/**
 * What every action works with. The namespace is always the socket's own: the one that the application
 * named may be the parent of many (`io.of(/^\/tenant-\w+$/)`), and a parent reaches every child.
 */
export interface Context {
  readonly authorize: Authorize;
  readonly limits: RoomLimits;
  readonly options: ManagedRoomsOptions;
  readonly presence: Presence | undefined;
}

type Act<N extends RequestName> = (
  context: Context,
  socket: Socket,
  request: Request<N>,
) => Promise<unknown>;

/** What a client may ask for; what an action resolves with is the argument of its ack. */
export const actions: { readonly [N in RequestName]: Act<N> } = {
  async join(context, socket, { room }) {
    await enter(context, socket, { verb: "join", room });
    checkRoomCount(socket, room, context.limits);
    // Also where the socket is in the room: a join that failed half-way comes again.
    await socket.join(room);
    await context.presence?.joined(socket, room);
  },

  async leave(context, socket, { room }) {
    if (room === socket.id) {
      throw new Refused(
        "forbidden",
        "Cannot leave: expected a room other than the socket's own, got its own",
      );
    }
    await allow(context, socket, { verb: "leave", room });
    // Also where it is not in the room: a leave that failed half-way comes again.
    await socket.leave(room);
    await context.presence?.left(socket, room);
  },

  async send(context, socket, request) {
    const { room, scope, event } = request;
    checkArgs(request.args, context.limits);
    if (room === undefined && scope !== "self") {
      throw new Refused("bad_request", "Cannot send: expected `room`, got nothing");
    }
    if (room !== undefined) checkRoomName("send", room, context.limits);
    if (scope !== "self") checkDeliveries(socket);
    await allow(context, socket, { verb: "send", room, event });
    const message = await review(context, socket, { ...request, room });
    const { args } = message;
    if (scope === "self") socket.emit(message.event, ...args);
    else if (scope === "others") socket.to(room as string).emit(message.event, ...args);
    else socket.nsp.to(room as string).emit(message.event, ...args);
  },

  async rooms(_, socket) {
    return { rooms: roomsOf(socket) };
  },

  async members(context, socket, { room, count, ...page }) {
    await enter(context, socket, { verb: "members", room });
    if (count) return { count: await roomsAdapter(socket.nsp).countRoom(room) };
    return pageOfMembers(socket.nsp, room, page);
  },

  async renew(context, socket, { token }) {
    const { options, authorize } = context;
    if (!options.tokens) {
      throw new Refused(
        "forbidden",
        "Cannot renew: expected a namespace with tokens, got one without",
      );
    }
    await options.tokens.renew(socket, token);
    for (const room of await ungranted(authorize, socket)) {
      await socket.leave(room);
      await context.presence?.left(socket, room);
    }
    await roomsAdapter(socket.nsp).memberships.renew(socket.id);
    return { rooms: roomsOf(socket) };
  },
};

/** The rooms of a socket that it might not join now. */
export async function ungranted(authorize: Authorize, socket: Socket): Promise<string[]> {
  const rooms: string[] = [];
  for (const room of roomsOf(socket)) {
    if ((await authorize(socket, "join", room)) !== true) rooms.push(room);
  }
  return rooms;
}

/** Rooms whose names are strings, as all of those are that a client can name. */
function roomsOf(socket: Socket): string[] {
  return [...socket.rooms].filter((room) => room !== socket.id && typeof room === "string").sort();
}

interface PermissionRequest {
  readonly verb: Verb;
  readonly room: string | undefined;
  readonly event?: string;
}

async function allow(context: Context, socket: Socket, { verb, room, event }: PermissionRequest) {
  const answer = await context.authorize(socket, verb, room, event);
  if (answer === true) return;
  const reason =
    answer || `expected a room where this is allowed, got ${JSON.stringify(room?.slice(0, 60))}`;
  throw new Refused("forbidden", `Cannot ${verb}: ${reason}`);
}

async function enter(
  context: Context,
  socket: Socket,
  request: PermissionRequest & { room: string },
) {
  const { verb, room } = request;
  checkRoomName(verb, room, context.limits);
  if (isOwnRoomOfAnother(socket, room)) {
    throw new Refused(
      "forbidden",
      `Cannot ${verb}: expected the socket's own room or a shared one, got the own room of another socket`,
    );
  }
  await allow(context, socket, request);
}

async function review(
  { options }: Context,
  socket: Socket,
  message: ManagedMessage,
): Promise<ManagedMessage> {
  const verdict = await options.review?.(message, socket);
  if (!verdict) return message;
  if ("refuse" in verdict) throw new Refused("refused", verdict.refuse);
  const changed = { ...message, ...verdict.change };
  const { scope, event, args, room } = changed;
  // The application's mistake, so it is not the sender's to read.
  const result = read("send what `review` made", requests.send, { scope, event, args, room });
  if (!result.ok) throw new TypeError(result.message);
  return changed;
}
