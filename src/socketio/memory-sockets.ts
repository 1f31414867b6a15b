import type { Namespace, Server, Socket } from "socket.io";
import { namespaceInternals, serverInternals, socketInternals } from "./internals";

/** What the host of a kept application asks of Socket.IO's inside. */

/**
 * Makes the lists that Socket.IO adds to a socket with its first listener of any event: the memory takes properties that
 * come later for the application's own.
 */
export function makeLists(socket: Socket): void {
  const lists = socket as unknown as Record<string, unknown>;
  for (const name of ["_anyListeners", "_anyOutgoingListeners"]) lists[name] ??= [];
}

/** The middlewares of a socket itself (`socket.use`). */
export function middlewaresOf(socket: Socket): readonly unknown[] {
  return socketInternals(socket).fns;
}

/** Whether a socket is connected, or about to be. */
export function isThere(socket: Socket): boolean {
  const { sockets, _preConnectSockets: connecting } = namespaceInternals(socket.nsp);
  return sockets.get(socket.id) === socket || connecting.has(socket.id);
}

/** A namespace that exists already; `io.of` would make it. */
export function existingNamespace(io: Server, name: string): Namespace | undefined {
  return serverInternals(io)._nsps.get(name);
}
