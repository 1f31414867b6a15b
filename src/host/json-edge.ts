import { type ClientInternals, socketInternals } from "../socketio/internals";
import { createFrame } from "../wire/frame";
import { type Action, decodeAction, defaultNamespace, type Refusal } from "../wire/json-actions";
import {
  encodeDone,
  encodePong,
  encodeRefusal,
  JsonEncoder,
  ManagedAckId,
} from "../wire/json-messages";
import { ManagedEvent } from "../wire/managed";
import { type Packet, PacketType } from "../wire/packet";
import type { Edge, Live } from "./live";
import type { RecentActions } from "./recent-actions";

type Connect = Partial<Omit<Extract<Action, { action: "connect" }>, "action" | "namespace">>;
type ManagedAction = Extract<Action, { action: keyof typeof ManagedEvent }>;

/**
 * Where frames of JSON clients enter the session. An action becomes the packet that a stock client
 * would have sent; unlike there, what a client does wrong is answered and the connection stays.
 */
export function createJsonEdge(client: ClientInternals, recent: RecentActions): Edge {
  const encoder = new JsonEncoder();
  client.encoder = {
    encode(packet) {
      const texts = encoder.encode(packet);
      if (ANSWERS.has(packet.type)) recent.answer(texts);
      return texts;
    },
  };

  const connect = (namespace: string, { auth = {}, recover, id }: Connect = {}) => {
    encoder.expectConnect(namespace, { id, pid: recover?.pid });
    // Stock clients ask for recovery in this way.
    client.ondecoded({ type: PacketType.CONNECT, nsp: namespace, data: { ...auth, ...recover } });
  };

  return {
    async open({ connection, record, delivery }) {
      // Other clients may write to the new socket at once, so first it has to be reachable.
      if (!(await delivery.reachable(record.id, { awaitUpgrade: true }))) {
        connection.gone = true;
        return;
      }
      const { query, recover } = record.handshake;
      const { namespace = "/" } = query;
      // `?namespace=`: the client will connect by itself, with a token that no URL should hold.
      if (namespace === "") return;
      // Delivered again: the socket is there, its reply may have been lost.
      const socket = client.nsps.get(namespace);
      if (!socket) return connect(namespace, recover ? { recover } : {});
      const data = { sid: socket.id, pid: socketInternals(socket).pid };
      for (const text of encoder.encode({ type: PacketType.CONNECT, nsp: namespace, data })) {
        connection.write(text);
      }
    },

    receive(live, frame, redelivered = false) {
      const decoded = decodeAction(frame, defaultNamespace(live.record.handshake.query));
      if (!decoded.ok) return reply(live, decoded.refusal);
      const { action } = decoded;
      if (action.action === "ping") {
        live.connection.sendFrames([createFrame(encodePong(action.id))]);
        return;
      }
      const known = recent.answersTo(action);
      if (known) return repeat(live, action, known);
      // Delivered again, a `connect` is answered again: see `acceptRepeats`.
      const isRepeated = redelivered && action.action === "connect";
      const refusal = isRepeated ? undefined : refuseInState(client, encoder, action);
      if (refusal) return reply(live, refusal);
      recent.begin(action);
      if (action.action === "connect") return connect(action.namespace, action);
      client.ondecoded(toPacket(action));
      if (action.action === "disconnect") confirmDisconnect(live, action, recent);
    },

    explain(live, why) {
      reply(live, why);
    },
  };
}

/** Packets that answer an action. A refused `connect` was not carried out and may be tried again. */
const ANSWERS: ReadonlySet<PacketType> = new Set([
  PacketType.CONNECT,
  PacketType.ACK,
  PacketType.BINARY_ACK,
]);

/** Answers an action as it was answered before, without carrying it out again. */
function repeat(live: Live, { id, namespace }: Action, known: readonly string[]): void {
  if (known.length > 0) return void live.connection.sendFrames(known.map(createFrame));
  const message =
    "Cannot answer: expected a new id, got an action that was carried out before and whose answer is not known";
  reply(live, { code: "repeated", message, id, namespace });
}

function reply({ connection }: Live, refusal: Refusal): void {
  connection.sendFrames([createFrame(encodeRefusal(refusal))]);
}

/** What the reference server would close the connection for, and managed actions without a manager. */
function refuseInState(
  client: ClientInternals,
  encoder: JsonEncoder,
  action: Exclude<Action, { action: "ping" }>,
): Refusal | undefined {
  const { namespace, id } = action;
  const socket = client.nsps.get(namespace);
  const about = `${action.action} in ${namespace}`;
  if (action.action === "connect") {
    if (!socket && !encoder.isConnecting(namespace)) return undefined;
    const message = `Cannot ${about}: expected a namespace without a socket, got one that is connected`;
    return { code: "already_connected", message, id, namespace };
  }
  if (!socket) {
    const message = `Cannot ${about}: expected a connected namespace, got one that is not; send {"action":"connect","namespace":"${namespace}"} first`;
    return { code: "not_connected", message, id, namespace };
  }
  if (isManaged(action) && socket.listenerCount(ManagedEvent[action.action]) === 0) {
    const message = `Cannot ${about}: expected a namespace with managed rooms, got one without`;
    return { code: "forbidden", message, id, namespace };
  }
  return undefined;
}

function isManaged(action: Action): action is ManagedAction {
  return Object.hasOwn(ManagedEvent, action.action);
}

function toPacket(action: Exclude<Action, { action: "ping" | "connect" }>): Packet {
  const { namespace: nsp, id } = action;
  if (action.action === "disconnect") return { type: PacketType.DISCONNECT, nsp };
  if (isManaged(action)) {
    const { action: name, namespace: _, id: __, ...request } = action;
    const data = [ManagedEvent[name], request];
    // Answered even without an id: a refusal is worth knowing of.
    return { type: PacketType.EVENT, nsp, data, id: new ManagedAckId(id) };
  }
  if (action.action === "ack") {
    return { type: PacketType.ACK, nsp, id: action.ack, data: action.args };
  }
  const data = [action.event, ...action.args];
  return id === undefined
    ? { type: PacketType.EVENT, nsp, data }
    : { type: PacketType.EVENT, nsp, data, id };
}

/** Socket.IO sends nothing back when a client leaves a namespace. */
function confirmDisconnect({ connection }: Live, { id }: Action, recent: RecentActions): void {
  if (id === undefined) return;
  const text = encodeDone(id);
  recent.answer([text]);
  connection.sendFrames([createFrame(text)]);
}
