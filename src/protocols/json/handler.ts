import { ManagedEvent } from "../../wire/managed";
import { type Packet, PacketType } from "../../wire/packet";
import type { HostedClient, ProtocolHandler, ProtocolSink, Refusal } from "../protocol";
import { type Action, decodeAction, defaultNamespace } from "./actions";
import { encodeDone, encodePong, encodeRefusal, JsonEncoder, ManagedAckId } from "./messages";
import { RecentActions } from "./recent-actions";

type Connect = Partial<Omit<Extract<Action, { action: "connect" }>, "action" | "namespace">>;
type ManagedAction = Extract<Action, { action: keyof typeof ManagedEvent }>;

/**
 * A connection of a JSON client. An action becomes the packet that a stock client would have sent; unlike
 * there, what a client does wrong is answered and the connection stays.
 */
export function createJsonHandler(sink: ProtocolSink, client: HostedClient): ProtocolHandler {
  return new JsonHandler(sink, client);
}

class JsonHandler implements ProtocolHandler {
  readonly #encoder = new JsonEncoder();
  readonly #recent: RecentActions;

  constructor(
    private readonly sink: ProtocolSink,
    private readonly client: HostedClient,
  ) {
    this.#recent = new RecentActions(client.recent);
  }

  async open(): Promise<void> {
    // Other clients may write to the new socket at once, so first it has to be reachable.
    if (!(await this.client.isReachable())) return;
    const { query, recover } = this.client.handshake;
    const { namespace = "/" } = query;
    // `?namespace=`: the client will connect by itself, with a token that no URL should hold.
    if (namespace === "") return;
    // Delivered again: the socket is there, its reply may have been lost.
    const socket = this.client.socket(namespace);
    if (!socket) return this.#connect(namespace, recover ? { recover } : {});
    const data = { sid: socket.id, pid: socket.pid };
    this.sink.send(this.#encoder.encode({ type: PacketType.CONNECT, nsp: namespace, data }));
  }

  receive(frame: string, redelivered: boolean): void {
    const decoded = decodeAction(frame, defaultNamespace(this.client.handshake.query));
    if (!decoded.ok) return this.explain(decoded.refusal);
    const { action } = decoded;
    if (action.action === "ping") return this.sink.send([encodePong(action.id)]);
    const known = this.#recent.answersTo(action);
    if (known) return this.#repeat(action, known);
    // Delivered again, a `connect` is answered again: the sink knows that it was carried out.
    const isRepeated = redelivered && action.action === "connect";
    const refusal = isRepeated ? undefined : refuseInState(this.client, this.#encoder, action);
    if (refusal) return this.explain(refusal);
    this.#recent.begin(action);
    if (action.action === "connect") return this.#connect(action.namespace, action);
    this.sink.receive(toPacket(action));
    if (action.action === "disconnect") this.#confirmDisconnect(action);
  }

  encode(packet: Packet): readonly string[] {
    const texts = this.#encoder.encode(packet);
    if (ANSWERS.has(packet.type)) this.#recent.answer(texts);
    return texts;
  }

  explain(why: Refusal): void {
    this.sink.send([encodeRefusal(why)]);
  }

  commit(): void {
    this.#recent.commit();
  }

  get recent() {
    return this.#recent.toKeep;
  }

  #connect(namespace: string, { auth = {}, recover, id }: Connect): void {
    this.#encoder.expectConnect(namespace, { id, pid: recover?.pid });
    // Stock clients ask for recovery in this way.
    const data = { ...auth, ...recover };
    this.sink.receive({ type: PacketType.CONNECT, nsp: namespace, data });
  }

  /** Answers an action as it was answered before, without carrying it out again. */
  #repeat({ id, namespace }: Action, known: readonly string[]): void {
    if (known.length > 0) return this.sink.send(known);
    const message =
      "Cannot answer: expected a new id, got an action that was carried out before and whose answer is not known";
    this.explain({ code: "repeated", message, id, namespace });
  }

  /** Socket.IO sends nothing back when a client leaves a namespace. */
  #confirmDisconnect({ id }: Action): void {
    if (id === undefined) return;
    const text = encodeDone(id);
    this.#recent.answer([text]);
    this.sink.send([text]);
  }
}

/** Packets that answer an action. A refused `connect` was not carried out and may be tried again. */
const ANSWERS: ReadonlySet<PacketType> = new Set([
  PacketType.CONNECT,
  PacketType.ACK,
  PacketType.BINARY_ACK,
]);

/** What the reference server would close the connection for, and managed actions without a manager. */
function refuseInState(
  client: HostedClient,
  encoder: JsonEncoder,
  action: Exclude<Action, { action: "ping" }>,
): Refusal | undefined {
  const { namespace, id } = action;
  const socket = client.socket(namespace);
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
  if (isManaged(action) && !socket.listensTo(ManagedEvent[action.action])) {
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
