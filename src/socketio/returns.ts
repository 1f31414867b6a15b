import type { Namespace, Socket } from "socket.io";
import { currentContext } from "../context/event-context";
import { adapterOf, clientOf, connectionOf } from "./address";
import { hosted } from "./hosted-socket";
import {
  type Middleware,
  type NamespaceInternals,
  serverInternals,
  socketInternals,
} from "./internals";
import { describePlace } from "./place";

type CreateSocket = NamespaceInternals["_createSocket"];
type DoConnect = NamespaceInternals["_doConnect"];

/**
 * What Socket.IO does when a client comes back to its session, with three differences. What it has missed is sent once it
 * has been let in, and not before. Middlewares that say so are asked about a return, too, whether or not the application
 * skips middlewares then. And no application sees private ids: the client's would show wherever `handshake.auth` does.
 */

/** What a middleware may say of a socket that goes on with its session; `false`: it is to be a new one. */
export interface Gatekeeper {
  readonly onReturn?: (socket: Socket) => boolean | Promise<boolean>;
}

/** Wraps `Namespace._createSocket`: a session that its middlewares do not let back in becomes a new one. */
export function askGatekeepers(createSocket: CreateSocket): CreateSocket {
  return async function (this: NamespaceInternals, client, auth) {
    if (!recovers(this)) return createSocket.call(this, client, auth);
    const { pid: _, offset: __, ...rest } = auth;
    const socket = await createSocket.call(this, client, auth);
    // The same object as `socket.handshake.auth`.
    delete auth.pid;
    delete auth.offset;
    if (!socket.recovered) return socket;
    hosted(socket).returnsWith = { ...rest };
    if (await isLetBackIn(this, socket)) return socket;
    socketInternals(socket)._cleanup();
    return createSocket.call(this, client, rest);
  };
}

/** Wraps `Namespace._doConnect`: a session is restored before its socket connects. */
export function restoreFirst(doConnect: DoConnect): DoConnect {
  return function (this: NamespaceInternals, socket, done) {
    const record = hosted(socket);
    const { returnsWith: auth } = record;
    if (!auth) return doConnect.call(this, socket, done);
    record.returnsWith = undefined;
    const restoring = adapterOf(socket.nsp).sessions.restore(socket.id);
    // A failure of the table is the context's: the event comes again.
    void restoring.then(
      (isRestored) => {
        const isOpen = connectionOf(socket).readyState === "open";
        if (isRestored && isOpen) return doConnect.call(this, socket, done);
        socketInternals(socket)._cleanup();
        if (isOpen) void this._add(clientOf(socket), auth, done);
      },
      () => socketInternals(socket)._cleanup(),
    );
  };
}

function recovers(namespace: NamespaceInternals): boolean {
  const { server } = namespace as unknown as Namespace;
  return Boolean(serverInternals(server).opts.connectionStateRecovery);
}

/** Asks the middlewares that want to be asked. One that fails lets no one go on. */
async function isLetBackIn({ _fns: middlewares }: NamespaceInternals, socket: Socket) {
  const context = currentContext();
  const label = "a middleware that checks a return";
  const end = context.begin(label);
  try {
    for (const { onReturn } of middlewares as (Middleware<unknown> & Gatekeeper)[]) {
      if (onReturn && !(await onReturn(socket))) return false;
    }
    return true;
  } catch (error) {
    context.report(label, error, describePlace(socket));
    return false;
  } finally {
    process.nextTick(end);
  }
}
