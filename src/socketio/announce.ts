import { Namespace, type Socket } from "socket.io";
import { currentScope } from "../context/event-context";
import { connectionOf } from "./address";
import {
  type ClientInternals,
  type NamespaceInternals,
  namespaceInternals,
  socketInternals,
} from "./internals";
import { describePlace } from "./place";
import { asks } from "./questions";

/**
 * Tells the application of a connected socket: the listeners of `connect` and `connection`, once for real and then
 * in each replay.
 *
 * `io.once("connection", …)` is used up by the first socket of its container, as of its process in Socket.IO. The
 * socket remembers by which of them it was met, and its replays call just these.
 */
const EVENTS = ["connect", "connection"] as const;

type Listener = ((...args: unknown[]) => unknown) & { readonly listener?: Listener };

/** All that have ever been registered, in their order: containers that load the same file agree on the places. */
const known = new WeakMap<Namespace, Map<string, Listener[]>>();
/** Which listeners for one time have met a socket, as `event:place`. */
const metBy = new WeakMap<Socket, readonly string[]>();
/** Sockets for whose middlewares time went by. */
const delayed = new WeakSet<Socket>();

export function noteDelay(socket: Socket): void {
  delayed.add(socket);
}

export function onceListeners(socket: Socket): readonly string[] {
  return metBy.get(socket) ?? [];
}

let installed = false;

/** Replaces what Socket.IO does once the middlewares have let a socket in. May be called any number of times. */
export function installAnnounce(): void {
  if (installed) return;
  installed = true;
  const internals = Namespace.prototype as unknown as NamespaceInternals;
  internals._doConnect = function (this: Namespace, socket, done) {
    const { _preConnectSockets: connecting, sockets } = namespaceInternals(this);
    const taken = takeOnce(this);
    metBy.set(socket, [...taken.keys()]);
    connecting.delete(socket.id);
    sockets.set(socket.id, socket);
    socketInternals(socket)._onconnect();
    done?.(socket);
    if (!delayed.has(socket)) return announce(socket);
    const give = () => {
      for (const [name, listener] of taken) this.on(eventOf(name) as "connect", listener);
    };
    currentScope().call("the connect", () => announceIfThere(socket, give));
  };
}

/** Its client may have left while a middleware ran: the application never hears of it then. */
async function announceIfThere(socket: Socket, giveBack: () => void): Promise<void> {
  const isThere = await currentScope()
    .effect("find out whether a client is still there", () => connectionOf(socket).isThere())
    // The event comes again, or the application has made a mistake; either way the client may be there.
    .catch(() => true);
  if (isThere) return announce(socket);
  giveBack();
  socketInternals(socket)._cleanup();
  (socket.client as unknown as ClientInternals)._remove(socket);
  socketInternals(socket).connected = false;
}

/** A replay of the real connect. @param met what `onceListeners` was then */
export function announceAgain(socket: Socket, met: readonly string[] = []): void {
  metBy.set(socket, met);
  announce(socket);
}

function announce(socket: Socket): void {
  const { nsp } = socket;
  const met = new Set(onceListeners(socket));
  for (const event of EVENTS) {
    for (const [place, listener] of listenersFor(nsp, event).entries()) {
      const { listener: once } = listener;
      const isCalled = once ? met.has(`${event}:${place}`) : isRegistered(nsp, event, listener);
      if (!isCalled) continue;
      const call = () => Reflect.apply(once ?? listener, nsp, [socket]);
      asks(socket, () =>
        currentScope().call(`a listener for "${event}"`, call, () => describePlace(socket)),
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
  const events = known.get(namespace) ?? new Map<string, Listener[]>();
  known.set(namespace, events);
  const listeners = events.get(event) ?? [];
  events.set(event, listeners);
  for (const listener of namespace.rawListeners(event as "connect") as Listener[]) {
    if (!listeners.includes(listener)) listeners.push(listener);
  }
  return [...listeners];
}

function isRegistered(namespace: Namespace, event: string, listener: Listener): boolean {
  return (namespace.rawListeners(event as "connect") as Listener[]).includes(listener);
}

const eventOf = (name: string) => name.slice(0, name.indexOf(":"));
