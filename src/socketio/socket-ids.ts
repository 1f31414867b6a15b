import type { Socket } from "socket.io";
import type { NamespaceInternals } from "./internals";
import { memoryOf } from "./memory-hooks";

type CreateSocket = NamespaceInternals["_createSocket"];

/**
 * Ids of sockets keep a form by which managed rooms know a socket's own room from a shared one. `base64id` puts 12
 * random bytes before a 24-bit count of the process's ids, so from 2^20 on the letter at the 17th place changes. It
 * is put back here: the random bytes alone make an id unlike all others.
 */
const PLACE = 16;
const FORM = /^[A-D]$/;

/** Wraps `Namespace._createSocket`. */
export function keepIdForm(createSocket: CreateSocket): CreateSocket {
  return async function (this: NamespaceInternals, client, auth) {
    const socket = await createSocket.call(this, client, auth);
    // The id of a recovered session is its client's.
    if (!socket.recovered) keepForm(socket);
    memoryOf(socket.nsp.server)?.enter(socket);
    return socket;
  };
}

function keepForm(socket: Socket): void {
  const { id } = socket;
  if (FORM.test(id[PLACE] ?? "")) return;
  (socket as { id: string }).id = `${id.slice(0, PLACE)}A${id.slice(PLACE + 1)}`;
}
