import type { Socket } from "socket.io";
import { currentContext, currentTask } from "../context/event-context";
import { logInfo } from "../log";
import { PacketType } from "../wire/packet";
import { adapterOf, connectionOf } from "./address";
import { currentAskedAcks } from "./asked-acks";
import { hostedNamespace } from "./hosted-namespace";
import { hosted } from "./hosted-socket";
import { type SocketInternals, socketInternals } from "./internals";
import { noteAck } from "./noted-acks";
import { describePlace } from "./place";

/**
 * The methods of Socket.IO's socket that have to behave otherwise here. In a replay they change
 * nothing; frames and rooms are muted where they leave (`VirtualConnection`, the adapter). And an ack
 * that the server waits for comes to another invocation, so it is fetched from there.
 */

/** How long an ack without a timeout is waited for. Socket.IO waits for ever, a function cannot. */
const PATIENCE_MS = 10_000;

/** Wraps `Socket._cleanup`. */
export function noteEnd(cleanUp: SocketInternals["_cleanup"]): SocketInternals["_cleanup"] {
  return function (this: Socket) {
    hosted(this).isEnding = true;
    return cleanUp.call(this);
  };
}

/** Wraps `Socket._onclose`. `io.close()` leaves WebSockets to Engine.IO's server, which here has none. */
export function closeConnection(onClose: SocketInternals["_onclose"]): SocketInternals["_onclose"] {
  return function (this: Socket, reason, description) {
    const connection = connectionOf(this);
    const { isMuted } = currentContext();
    if (!isMuted && this.connected) {
      const about = { connectionId: connection.record.id, ...describePlace(this), reason };
      logInfo("A socket disconnected", about);
    }
    if (reason !== "server shutting down" || connection.readyState === "closed") {
      return onClose.call(this, reason, description);
    }
    if (!isMuted) connection.fail(reason);
    return this;
  };
}

/** Wraps `Socket.ack`: an ack would tell the client of a success that the next event knows nothing of. */
export function ackWhatIsSaved(ack: SocketInternals["ack"]): SocketInternals["ack"] {
  return function (this: Socket, id) {
    const answer = ack.call(this as never, id);
    const asked = { socket: this, id, isGiven: false };
    const callback = (...args: unknown[]) => {
      if (!currentContext().isMuted && connectionOf(this).endsUnsaved()) return;
      if (asked.isGiven) return;
      answer(...args);
      asked.isGiven = true;
    };
    noteAck(callback, asked);
    return callback;
  };
}

/** Wraps `Socket.disconnect`. */
export function disconnectOnce(disconnect: Socket["disconnect"]): Socket["disconnect"] {
  return function (this: Socket, close) {
    return currentContext().isMuted ? this : disconnect.call(this, close);
  };
}

/** Wraps `Socket.emit`. */
export function askOnce(emit: Socket["emit"]): Socket["emit"] {
  return function (this: Socket, event, ...args) {
    if (typeof args.at(-1) !== "function") return emit.call(this, event, ...args);
    const asked = currentAskedAcks();
    const name = String(event);
    const callback = (args.pop() as () => void).bind(this);
    if (currentContext().isMuted) {
      asked?.askAgain(name, callback);
      return emit.call(this, event, ...args);
    }
    const { timeout } = socketInternals(this).flags;
    const sent = emit.call(this, event, ...args, asked?.keep(name, callback) ?? callback);
    awaitAck(this, hostedNamespace(this.nsp).lastAckId, timeout);
    return sent;
  };
}

/** Wraps `Socket.emitWithAck`. */
export function promiseOnce(emitWithAck: Socket["emitWithAck"]): Socket["emitWithAck"] {
  return function (this: Socket, event, ...args) {
    const asked = currentAskedAcks();
    if (!currentContext().isMuted || asked?.isAcked(String(event))) {
      return emitWithAck.call(this, event, ...args);
    }
    asked?.askAgain(String(event), () => {});
    return neverAcked(this);
  };
}

/** Wraps `Socket._onpacket`: an ack that no listener of this invocation waits for may be waited for elsewhere. */
export function keepAcksForOthers(
  onPacket: SocketInternals["_onpacket"],
): SocketInternals["_onpacket"] {
  return function (this: Socket, packet) {
    const { type, id, data } = packet as { type: PacketType; id?: number; data: unknown[] };
    const isAck = type === PacketType.ACK || type === PacketType.BINARY_ACK;
    if (!isAck || id === undefined || socketInternals(this).acks.has(id)) {
      return onPacket.call(this as never, packet);
    }
    if (connectionOf(this).hasAckCopy) return;
    adapterOf(this.nsp).keepAck(id, { connectionId: connectionOf(this).record.id, args: data });
  };
}

function awaitAck(socket: Socket, ackId: number, timeout: number | undefined): void {
  const task = currentTask();
  adapterOf(socket.nsp).acks.collect({
    namespace: socket.nsp.name,
    ackId,
    from: new Set([connectionOf(socket).record.id]),
    deadline: Date.now() + (timeout ?? PATIENCE_MS),
    onAck: (_, args) => {
      const internals: SocketInternals = socketInternals(socket);
      if (!internals.acks.has(ackId)) return;
      const packet = { type: PacketType.ACK, nsp: socket.nsp.name, id: ackId, data: args };
      internals._onpacket(packet);
    },
    // With a timeout, Socket.IO tells the application itself.
    onGiveUp: () => timeout === undefined && task?.abandon(),
  });
}

/** The ack was asked for once, at the real connect, and was not answered there. */
function neverAcked(socket: Socket): Promise<never> {
  const internals = socketInternals(socket);
  const { timeout } = internals.flags;
  internals.flags = {};
  if (timeout !== undefined) return Promise.reject(new Error("operation has timed out"));
  currentTask()?.abandon();
  return new Promise(() => {});
}
