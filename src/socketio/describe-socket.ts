import type { Server, Socket } from "socket.io";
import { defined, nonEmpty } from "../defined";
import type { SocketRecord } from "../ports";
import { parentOf } from "./child-namespaces";
import { hosted } from "./hosted-socket";
import { socketInternals } from "./internals";
import { readState, SOCKET_PROPERTIES } from "./state";

/** A socket as it is to be stored, without what the adapter knows of it. */
export function describeSocket(
  io: Server,
  socket: Socket,
): Omit<SocketRecord, "rooms" | "hearing"> {
  const parent = parentOf(io, socket.nsp);
  const { auth, issued } = socket.handshake;
  const { pid } = socketInternals(socket);
  const { announcedTo: once } = hosted(socket);
  return {
    id: socket.id,
    auth: auth ?? {},
    issued,
    state: readState(socket),
    ...defined({ parent, pid, recovered: socket.recovered || undefined, once: nonEmpty(once) }),
  };
}

/**
 * A text that is another one whenever the application has changed `socket.data` or properties of the socket: a quick look
 * at the many sockets of which no event was handled. `undefined` for what JSON cannot say, which has to be read.
 */
export function glanceAt(socket: Socket): string | undefined {
  try {
    const own = Object.entries(socket).filter(([name]) => !SOCKET_PROPERTIES.has(name));
    return JSON.stringify(own.length > 0 ? [socket.data, own] : socket.data);
  } catch {
    return undefined;
  }
}
