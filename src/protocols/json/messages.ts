import { types } from "node:util";
import { BLOB_MESSAGE, copyBytes } from "../../wire/bytes";
import { type ManagedResult, PresenceEvent, type PresenceNotice } from "../../wire/managed";
import { parseOffset } from "../../wire/offset";
import { type Packet, PacketType } from "../../wire/packet";
import type { Refusal } from "../protocol";
import type { ActionId } from "./actions";
import type { Message } from "./message-schemas";

/** The JSON action protocol, server to client: one JSON object per text frame, told apart by `type`. */

/** Rises when a client that was written for the version before could misunderstand a message. */
const PROTOCOL_VERSION = 1;

/**
 * The ack id of a managed action. It travels through Socket.IO as any ack id does, and tells the
 * encoder that the ack's argument is a `ManagedResult` and not a value of the application.
 */
export class ManagedAckId {
  constructor(readonly id: ActionId | undefined) {}
}

/**
 * An event as JSON clients see it. Broadcasts are encoded once with this for all of them.
 *
 * @param offset where it stands among what can be recovered.
 */
export function encodeJsonEvent(packet: Packet, offset?: string): string {
  const [event, ...args] = packet.data as [string, ...unknown[]];
  const { nsp: namespace, id: ack } = packet;
  const notice = noticeType(event);
  if (notice && ack === undefined) {
    const { room, id, user } = (args[0] ?? {}) as PresenceNotice;
    return stringify({ type: notice, namespace, room, id, user, offset });
  }
  // Socket.IO also takes a number for a name.
  const name = String(event);
  return stringify({ type: "event", namespace, event: name, args, ack: ack as number, offset });
}

function noticeType(event: unknown): "joined" | "left" | undefined {
  if (event === PresenceEvent.joined) return "joined";
  return event === PresenceEvent.left ? "left" : undefined;
}

export function encodeRefusal({ id, namespace, code, message }: Refusal): string {
  return stringify({ type: "error", id, namespace, code, message });
}

/** The answer to a client's own `ping`. */
export function encodePong(id: ActionId | undefined): string {
  return stringify({ type: "pong", id });
}

/** The answer to an action that was carried out. */
export function encodeDone(id: ActionId, args: unknown[] = []): string {
  return stringify({ type: "ack", id, args });
}

/** A `connect` action that waits for its CONNECT packet, which has no room for these. */
export interface Connecting {
  readonly id?: ActionId | undefined;
  /** The private id of a session that is to be recovered. */
  readonly pid?: string | undefined;
}

/** Socket.IO's encoder for one JSON connection: packets in, text frames out. */
export class JsonEncoder {
  readonly #connecting = new Map<string, Connecting>();

  /** Call before a CONNECT packet of the client is dispatched. */
  expectConnect(namespace: string, connecting: Connecting): void {
    this.#connecting.set(namespace, connecting);
  }

  isConnecting(namespace: string): boolean {
    return this.#connecting.has(namespace);
  }

  encode(packet: Packet): string[] {
    switch (packet.type) {
      case PacketType.CONNECT:
        return this.#encodeConnect(packet);
      case PacketType.CONNECT_ERROR:
        return [this.#encodeConnectError(packet)];
      case PacketType.DISCONNECT:
        return [stringify({ type: "disconnect", namespace: packet.nsp })];
      case PacketType.EVENT:
      case PacketType.BINARY_EVENT:
        return [this.#encodeEvent(packet)];
      case PacketType.ACK:
      case PacketType.BINARY_ACK:
        return encodeAck(packet);
    }
  }

  /** What a recovered session has missed comes before the reply to its CONNECT, as it was logged. */
  #encodeEvent(packet: Packet): string {
    const data = packet.data as unknown[];
    const last = data.at(-1);
    const isMissed = this.#connecting.get(packet.nsp)?.pid !== undefined;
    if (!isMissed || typeof last !== "string" || !parseOffset(last)) return encodeJsonEvent(packet);
    return encodeJsonEvent({ ...packet, data: data.slice(0, -1) }, last);
  }

  #encodeConnect({ nsp: namespace, data }: Packet): string[] {
    const { sid, pid } = data as { sid: string; pid?: string };
    const expected = this.#take(namespace);
    const connected = stringify({
      type: "connect",
      version: PROTOCOL_VERSION,
      namespace,
      id: sid,
      pid,
      recovered: pid !== undefined && pid === expected.pid ? true : undefined,
    });
    return expected.id === undefined ? [connected] : [connected, encodeDone(expected.id)];
  }

  #encodeConnectError(packet: Packet): string {
    const { message, data } = packet.data as { message: string; data?: unknown };
    const { nsp: namespace } = packet;
    const { id } = this.#take(namespace);
    // Socket.IO's own refusal of an unknown namespace is told by its text alone.
    if (message === "Invalid namespace") {
      const got = `Cannot connect: expected a namespace that the server knows, got "${namespace}"`;
      return encodeRefusal({ id, namespace, code: "invalid_namespace", message: got });
    }
    return stringify({ type: "error", id, namespace, code: "connect_error", message, data });
  }

  #take(namespace: string): Connecting {
    const connecting = this.#connecting.get(namespace);
    this.#connecting.delete(namespace);
    return connecting ?? {};
  }
}

function encodeAck(packet: Packet): string[] {
  const ackId: unknown = packet.id;
  const args = packet.data as unknown[];
  if (!(ackId instanceof ManagedAckId)) return [encodeDone(ackId as ActionId, args)];
  const { id } = ackId;
  const result = args[0] as ManagedResult;
  if (result.status === "error") {
    return [
      encodeRefusal({ id, code: result.code, message: result.message, namespace: packet.nsp }),
    ];
  }
  if (id === undefined) return [];
  return [encodeDone(id, result.value === undefined ? [] : [result.value])];
}

/** JSON with bytes as `{"base64":"…"}`: JSON clients get text frames only. */
function stringify(message: Message): string {
  return JSON.stringify(message, function (this: Record<string, unknown>, key, replaced) {
    // `Buffer.toJSON` has run before the replacer; the holder still has the bytes.
    const original = this[key];
    if (ArrayBuffer.isView(original) || types.isArrayBuffer(original))
      return { base64: copyBytes(original).toString("base64") };
    if (original instanceof Blob) throw new TypeError(BLOB_MESSAGE);
    return replaced;
  });
}
