import type { Socket } from "socket.io";
import { currentContext } from "../context/event-context";
import type { Packet } from "../wire/packet";
import { hosted } from "./hosted-socket";
import type { Middleware, NamespaceInternals, SocketInternals } from "./internals";
import { describePlace } from "./place";

/**
 * Makes Socket.IO's dispatch tell the context what it started. Socket.IO calls listeners and forgets
 * what they return, and an exception ends its process; here the invocation waits for returned
 * promises, and an exception of one listener is logged while the others go on.
 */

/** How long a `socket.use` middleware that did not call `next` at once may take to do so. */
const EVENT_MIDDLEWARE_MS = 1000;
/** Likewise for a namespace's middlewares; Socket.IO's own `connectTimeout`. */
const CONNECT_MIDDLEWARE_MS = 45_000;

type Emitter = Pick<NodeJS.EventEmitter, "rawListeners">;

type Done = (error?: Error) => void;

/** Stands for `Namespace.run`. */
export function runConnectMiddlewares(this: NamespaceInternals, socket: Socket, done: Done): void {
  let isDelayed = false;
  const finish: Done = (error) => {
    if (isDelayed) hosted(socket).isDelayed = true;
    done(error);
  };
  runMiddlewares(this._fns, socket, finish, CONNECT_MIDDLEWARE_MS, `middleware of ${this.name}`);
  isDelayed = true;
}

/** Stands for `Socket.run`. */
export function runEventMiddlewares(this: SocketInternals, event: unknown[], done: Done): void {
  runMiddlewares(this.fns, event, done, EVENT_MIDDLEWARE_MS, `middleware of "${event[0]}"`);
}

/**
 * Wraps `Socket._error`. Socket.IO calls it from the next tick, where an error of the application that no encoder accepts
 * would end the process.
 */
export function sendWhatEncodes(sendError: SocketInternals["_error"]): SocketInternals["_error"] {
  return function (this: Socket, refusal) {
    try {
      sendError.call(this as never, refusal);
    } catch (error) {
      currentContext().report("the data of a refusal", error, describePlace(this));
      sendError.call(this as never, { message: refusal.message });
    }
  };
}

/** Wraps `Socket._onpacket`, which calls the callbacks of acks directly, past any emitter. */
export function awaitAckCallbacks(
  onPacket: SocketInternals["_onpacket"],
): SocketInternals["_onpacket"] {
  return function (this: Socket, packet) {
    currentContext().call(
      "an ack",
      () => onPacket.call(this as never, packet),
      () => describePlace(this),
    );
  };
}

/** Stands for `Socket.onevent`: Socket.IO's own, but for the care with which catch-all listeners are called. */
export function dispatchEvent(this: SocketInternals, packet: Packet): void {
  const args = (packet.data as unknown[] | undefined) ?? [];
  if (packet.id != null) args.push(this.ack(packet.id));
  for (const listener of [...this.listenersAny()]) {
    currentContext().call(
      "a catch-all listener",
      () => Reflect.apply(listener, this, args),
      () => describePlace(this),
    );
  }
  this.dispatch(args);
}

/** Stands for `emitReserved` and `emitUntyped` of what Server, Namespace and Socket share: all events pass there. */
export function emitTracked(this: Emitter, event: string | symbol, ...args: unknown[]): boolean {
  // The frame `42` is an event without a name, which no listener can have.
  if (event === undefined) return false;
  const context = currentContext();
  const label = `a listener for "${String(event)}"`;
  const listeners = this.rawListeners(event);
  for (const listener of listeners) {
    context.call(
      label,
      () => Reflect.apply(listener, this, args),
      () => describePlace(this, args[0]),
    );
  }
  return listeners.length > 0;
}

function runMiddlewares<Subject>(
  registered: readonly Middleware<Subject>[],
  subject: Subject,
  done: Done,
  limitMs: number,
  label: string,
): void {
  const middlewares = [...registered];
  const context = currentContext();
  const end = endOnce(context.begin(label), limitMs);
  let isFinished = false;
  const finish = (error?: Error) => {
    if (isFinished) return;
    isFinished = true;
    done(error);
    // `done` goes on in the next tick; only then has whatever it starts begun.
    process.nextTick(end);
  };
  const fail = (error: unknown) => {
    context.report(label, error);
    finish(new Error("internal error"));
  };
  const step = (index: number): void => {
    const next = once((error?: Error) =>
      error || index + 1 === middlewares.length ? finish(error) : step(index + 1),
    );
    const middleware = middlewares[index] as Middleware<Subject>;
    try {
      const result = middleware(subject, next.call);
      // An async middleware that ends without `next` has dropped its subject.
      if (result instanceof Promise) result.then(() => next.wasCalled() || end(), fail);
    } catch (error) {
      fail(error);
    }
  };
  if (middlewares.length === 0) finish();
  else step(0);
}

function once(callback: Done): { call: Done; wasCalled: () => boolean } {
  let called = false;
  return {
    wasCalled: () => called,
    call: (error) => {
      if (called) return;
      called = true;
      callback(error);
    },
  };
}

/** Ends at the latest after `limitMs`: a middleware may never call `next`. */
function endOnce(end: () => void, limitMs: number): () => void {
  // The context that waits for it has a timer of its own; this one keeps no process alive.
  const timer = setTimeout(end, limitMs).unref();
  return () => {
    clearTimeout(timer);
    end();
  };
}
