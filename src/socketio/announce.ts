import type { Namespace, Socket } from "socket.io";
import { currentContext } from "../context/event-context";
import { clientOf, connectionOf } from "./address";
import { runAsking } from "./asked-acks";
import { hostedNamespace, type Listener } from "./hosted-namespace";
import { hosted } from "./hosted-socket";
import { type NamespaceInternals, socketInternals } from "./internals";
import { memoryOf } from "./memory-hooks";
import { describePlace } from "./place";

/**
 * Tells the application of a connected socket: the listeners of `connect` and `connection`, once for real and then
 * in each replay.
 *
 * `io.once("connection", …)` is used up by the first socket of its container, as of its process in Socket.IO. The
 * socket remembers by which of them it was met, and its replays call just these.
 */
const EVENTS = ["connect", "connection"] as const;

/** Stands for `Namespace._doConnect`: what happens once the middlewares have let a socket in. */
export function connectAndAnnounce(
  this: NamespaceInternals,
  socket: Socket,
  done?: (socket: Socket) => void,
): void {
  const namespace = this as unknown as Namespace;
  const record = hosted(socket);
  const taken = takeOnce(namespace);
  record.announcedTo = [...taken.keys()];
  this._preConnectSockets.delete(socket.id);
  this.sockets.set(socket.id, socket);
  socketInternals(socket)._onconnect();
  done?.(socket);
  if (!record.isDelayed) return announce(socket);
  const give = () => {
    for (const [name, listener] of taken) namespace.on(eventOf(name) as "connect", listener);
  };
  currentContext().call("the connect", () => announceIfThere(socket, give));
}

/** Its client may have left while a middleware ran: the application never hears of it then. */
async function announceIfThere(socket: Socket, giveBack: () => void): Promise<void> {
  const isThere = await currentContext()
    .effect("find out whether a client is still there", () => connectionOf(socket).isThere())
    // The event comes again, or the application has made a mistake; either way the client may be there.
    .catch(() => true);
  if (isThere) return announce(socket);
  giveBack();
  socketInternals(socket)._cleanup();
  clientOf(socket)._remove(socket);
  socketInternals(socket).connected = false;
}

/** A replay of the real connect. @param announcedTo what it was then */
export function announceAgain(socket: Socket, announcedTo: readonly string[] = []): void {
  hosted(socket).announcedTo = announcedTo;
  announce(socket);
}

function announce(socket: Socket): void {
  const { nsp } = socket;
  const { announcedTo, askedAcks } = hosted(socket);
  const met = new Set(announcedTo);
  const memory = currentContext().isMuted ? memoryOf(nsp.server) : undefined;
  for (const event of EVENTS) {
    for (const [place, listener] of listenersFor(nsp, event).entries()) {
      const { listener: once } = listener;
      const isCalled = once ? met.has(`${event}:${place}`) : isRegistered(nsp, event, listener);
      if (!isCalled || memory?.needsReplay(once ?? listener, socket) === false) continue;
      const run = () => Reflect.apply(once ?? listener, nsp, [socket]);
      const call = memory ? () => memory.mute(run) : run;
      runAsking(askedAcks, () =>
        currentContext().call(`a listener for "${event}"`, call, () => describePlace(socket)),
      );
    }
  }
}

function takeOnce(namespace: Namespace): Map<string, Listener> {
  const taken = new Map<string, Listener>();
  for (const event of EVENTS) {
    for (const [place, listener] of listenersFor(namespace, event).entries()) {
      if (!listener.listener || !isRegistered(namespace, event, listener)) continue;
      namespace.off(event, listener);
      taken.set(`${event}:${place}`, listener);
    }
  }
  return taken;
}

function listenersFor(namespace: Namespace, event: string): readonly Listener[] {
  const known = hostedNamespace(namespace).listeners;
  const listeners = known.get(event) ?? [];
  known.set(event, listeners);
  for (const listener of namespace.rawListeners(event as "connect") as Listener[]) {
    if (!listeners.includes(listener)) listeners.push(listener);
  }
  return [...listeners];
}

function isRegistered(namespace: Namespace, event: string, listener: Listener): boolean {
  return (namespace.rawListeners(event as "connect") as Listener[]).includes(listener);
}

const eventOf = (name: string) => name.slice(0, name.indexOf(":"));
