import { Socket } from "socket.io";
import { currentScope, currentTask } from "../context/event-context";
import { logInfo } from "../log";
import { PacketType } from "../wire/packet";
import { lastAckId } from "./ack-ids";
import { adapterOf, connectionOf } from "./address";
import { type SocketInternals, socketInternals } from "./internals";
import { describePlace } from "./place";
import { currentQuestions } from "./questions";

/**
 * The methods of Socket.IO's socket that have to behave otherwise here. In a replay they change
 * nothing; frames and rooms are muted where they leave (`VirtualConnection`, the adapter). And an ack
 * that the server waits for comes to another invocation, so it is fetched from there.
 */

/** How long an ack without a timeout is waited for. Socket.IO waits for ever, a function cannot. */
const PATIENCE_MS = 10_000;

/** Sockets that are leaving their namespace, and not only their rooms (`socket.leaveAll()`). */
const ending = new WeakSet<Socket>();

export function isEnding(socket: Socket): boolean {
  return ending.has(socket);
}

let installed = false;

/** Replaces the methods for this process. May be called any number of times. */
export function installSocketMethods(): void {
  if (installed) return;
  installed = true;
  const { disconnect, emit, emitWithAck, _onpacket: onPacket } = Socket.prototype;
  const internals = Socket.prototype as unknown as SocketInternals;
  const { _cleanup: cleanUp, _onclose: onClose, ack } = internals;

  internals._cleanup = function (this: Socket) {
    ending.add(this);
    return cleanUp.call(this);
  };

  // `io.close()` ends sockets and leaves their WebSockets to Engine.IO's server, which here has none.
  internals._onclose = function (this: Socket, reason, description) {
    const connection = connectionOf(this);
    if (!currentScope().muted && this.connected) {
      logInfo("A socket disconnected", {
        connectionId: connection.record.id,
        ...describePlace(this),
        reason,
      });
    }
    if (reason !== "server shutting down" || connection.readyState === "closed") {
      return onClose.call(this, reason, description);
    }
    if (!currentScope().muted) connection.fail(reason);
    return this;
  };

  internals.ack = function (this: Socket, id) {
    const answer = ack.call(this as never, id);
    return (...args) => {
      // An ack would tell the client of a success that the next event knows nothing of.
      if (!currentScope().muted && connectionOf(this).endsUnsaved()) return;
      answer(...args);
    };
  };

  Socket.prototype.disconnect = function (close) {
    return currentScope().muted ? this : disconnect.call(this, close);
  };

  Socket.prototype.emit = function (event, ...args) {
    if (typeof args.at(-1) !== "function") return emit.call(this, event, ...args);
    const questions = currentQuestions();
    const callback = (args.pop() as () => void).bind(this);
    if (currentScope().muted) {
      questions?.askAgain(String(event), callback);
      return emit.call(this, event, ...args);
    }
    const { timeout } = socketInternals(this).flags;
    const sent = emit.call(
      this,
      event,
      ...args,
      questions?.keep(String(event), callback) ?? callback,
    );
    awaitAck(this, lastAckId(this.nsp), timeout);
    return sent;
  };

  Socket.prototype.emitWithAck = function (event, ...args) {
    const questions = currentQuestions();
    if (!currentScope().muted || questions?.isAnswered(String(event))) {
      return emitWithAck.call(this, event, ...args);
    }
    questions?.askAgain(String(event), () => {});
    return neverAnswered(this);
  };

  // An answer that no listener of this invocation waits for may be waited for elsewhere.
  Socket.prototype._onpacket = function (packet) {
    const { type, id, data } = packet as { type: PacketType; id?: number; data: unknown[] };
    const isAck = type === PacketType.ACK || type === PacketType.BINARY_ACK;
    if (!isAck || id === undefined || socketInternals(this).acks.has(id)) {
      return onPacket.call(this, packet);
    }
    if (connectionOf(this).answersApart) return;
    adapterOf(this.nsp).keepAnswer(id, { connectionId: connectionOf(this).record.id, args: data });
  };
}

function awaitAck(socket: Socket, ackId: number, timeout: number | undefined): void {
  const task = currentTask();
  adapterOf(socket.nsp).acks.collect({
    namespace: socket.nsp.name,
    ackId,
    from: new Set([connectionOf(socket).record.id]),
    deadline: Date.now() + (timeout ?? PATIENCE_MS),
    onAnswer: (_, args) => {
      const internals: SocketInternals = socketInternals(socket);
      if (!internals.acks.has(ackId)) return;
      const packet = { type: PacketType.ACK, nsp: socket.nsp.name, id: ackId, data: args };
      internals._onpacket(packet);
    },
    // With a timeout, Socket.IO tells the application itself.
    onGiveUp: () => timeout === undefined && task?.abandon(),
  });
}

/** The question was asked once, at the real connect, and was not answered there. */
function neverAnswered(socket: Socket): Promise<never> {
  const internals = socketInternals(socket);
  const { timeout } = internals.flags;
  internals.flags = {};
  if (timeout !== undefined) return Promise.reject(new Error("operation has timed out"));
  currentTask()?.abandon();
  return new Promise(() => {});
}
