import { Namespace, Socket } from "socket.io";
import { connectAndAnnounce } from "./announce";
import {
  awaitAckCallbacks,
  dispatchEvent,
  emitTracked,
  runConnectMiddlewares,
  runEventMiddlewares,
  sendWhatEncodes,
} from "./completion";
import type { EmitterInternals, NamespaceInternals, SocketInternals } from "./internals";
import { askUntilCounted, findOperatorClass } from "./operators";
import { askGatekeepers, restoreFirst } from "./returns";
import { keepIdForm } from "./socket-ids";
import {
  ackWhatIsSaved,
  askOnce,
  closeConnection,
  disconnectOnce,
  keepAcksForOthers,
  noteEnd,
  promiseOnce,
} from "./socket-methods";

let installed = false;

/**
 * Replaces methods of Socket.IO's classes, for all servers of this process. May be called any number of times.
 *
 * Each method is replaced once, so the order of the lines does not matter. Where one replacement does two things, its
 * line states their order: the outer function runs first. `override-list.ts` says why each is replaced.
 */
export function installOverrides(): void {
  if (installed) return;
  installed = true;
  const namespace = Namespace.prototype as unknown as NamespaceInternals;
  const emitter = Object.getPrototypeOf(namespace) as EmitterInternals;
  emitter.emitReserved = emitTracked;
  emitter.emitUntyped = emitTracked;

  namespace.run = runConnectMiddlewares;
  // A session that is let back in keeps its client's id; the form of ids concerns new sockets only.
  namespace._createSocket = keepIdForm(askGatekeepers(namespace._createSocket));
  namespace._doConnect = restoreFirst(connectAndAnnounce);

  const socket = Socket.prototype as unknown as SocketInternals;
  socket.run = runEventMiddlewares;
  socket.onevent = dispatchEvent;
  // An ack for another invocation calls no listener, so no listener is awaited for it.
  socket._onpacket = keepAcksForOthers(awaitAckCallbacks(socket._onpacket));
  socket._error = sendWhatEncodes(socket._error);
  socket._cleanup = noteEnd(socket._cleanup);
  socket._onclose = closeConnection(socket._onclose);
  socket.ack = ackWhatIsSaved(socket.ack);
  Socket.prototype.disconnect = disconnectOnce(Socket.prototype.disconnect);
  Socket.prototype.emit = askOnce(Socket.prototype.emit);
  Socket.prototype.emitWithAck = promiseOnce(Socket.prototype.emitWithAck);

  const Operator = findOperatorClass();
  Operator.prototype.emit = askUntilCounted(Operator.prototype.emit, Operator);
}
