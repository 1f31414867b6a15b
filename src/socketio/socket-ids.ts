import { createHash } from "node:crypto";
import type { Socket } from "socket.io";
import { currentContext } from "../context/event-context";
import { type NamespaceInternals, socketInternals } from "./internals";
import { memoryOf } from "./memory-hooks";

type CreateSocket = NamespaceInternals["_createSocket"];

/**
 * Ids of sockets keep a form by which managed rooms know a socket's own room from a shared one. `base64id` puts 12
 * random bytes before a 24-bit count of the process's ids, so from 2^20 on the letter at the 17th place changes. It
 * is put back here: the random bytes alone make an id unlike all others.
 */
const PLACE = 16;
const ID_LENGTH = 20;
const FORM = /^[A-D]$/;

/** Wraps `Namespace._createSocket`. */
export function keepIdForm(createSocket: CreateSocket): CreateSocket {
  return async function (this: NamespaceInternals, client, auth) {
    const socket = await createSocket.call(this, client, auth);
    // The id of a recovered session is its client's.
    if (!socket.recovered) {
      drawAgain(socket);
      keepForm(socket);
    }
    memoryOf(socket.nsp.server)?.enter(socket);
    return socket;
  };
}

/**
 * With one lane, a batch that fails leaves nothing but what it has written and sent: it comes again to another copy of
 * the application, which would draw other ids. A client that was told of a socket finds the same one so, and what was
 * written of it is written once more. The seed is SQS's id of the message, which no client learns.
 */
function drawAgain(socket: Socket): void {
  const { seed } = currentContext();
  if (seed === undefined) return;
  const draw = (what: string) =>
    createHash("sha256").update(`${what} ${socket.nsp.name} ${seed}`).digest("base64url");
  const internals = socketInternals(socket);
  (socket as { id: string }).id = draw("id").slice(0, ID_LENGTH);
  if (internals.pid !== undefined)
    (internals as { pid: string }).pid = draw("private id").slice(0, ID_LENGTH);
}

function keepForm(socket: Socket): void {
  const { id } = socket;
  if (FORM.test(id[PLACE] ?? "")) return;
  (socket as { id: string }).id = `${id.slice(0, PLACE)}A${id.slice(PLACE + 1)}`;
}
