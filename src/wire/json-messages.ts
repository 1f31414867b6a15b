import type { ActionId, Refusal } from "./json-actions";
import type { ManagedResult } from "./managed";
import { type Packet, PacketType } from "./packet";

/** The JSON action protocol, server to client: one JSON object per text frame, told apart by `type`. */

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
  const [event, ...args] = packet.data as [unknown, ...unknown[]];
  return stringify({ type: "event", namespace: packet.nsp, event, args, ack: packet.id, offset });
}

export function encodeRefusal(refusal: Refusal): string {
  const { id, namespace, code, message } = refusal;
  return stringify({ type: "error", id, namespace, code, message });
}

/** The heartbeat, and the answer to a client's own `ping`. */
export const JSON_PING = stringify({ type: "ping" });
export function encodePong(id: ActionId | undefined): string {
  return stringify({ type: "pong", id });
}

/**
 * Socket.IO's encoder for one JSON connection: packets in, text frames out.
 * It remembers the `id` of `connect` actions, since a CONNECT packet has no room for one.
 */
export class JsonEncoder {
  readonly #connecting = new Map<string, ActionId | undefined>();

  /** Call before a CONNECT packet of the client is dispatched. */
  expectConnect(namespace: string, id: ActionId | undefined): void {
    this.#connecting.set(namespace, id);
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
        return [encodeJsonEvent(packet)];
      case PacketType.ACK:
      case PacketType.BINARY_ACK:
        return encodeAck(packet);
    }
  }

  #encodeConnect(packet: Packet): string[] {
    const { sid } = packet.data as { sid: string };
    const connected = stringify({ type: "connect", namespace: packet.nsp, id: sid });
    const id = this.#takeId(packet.nsp);
    return id === undefined ? [connected] : [connected, stringify({ type: "ack", id, args: [] })];
  }

  #encodeConnectError(packet: Packet): string {
    const { message, data } = packet.data as { message: string; data?: unknown };
    const { nsp: namespace } = packet;
    const id = this.#takeId(namespace);
    // Socket.IO's own refusal of an unknown namespace is told by its text alone.
    if (message === "Invalid namespace") {
      const got = `Cannot connect: expected a namespace that the server knows, got "${namespace}"`;
      return encodeRefusal({ id, namespace, code: "invalid_namespace", message: got });
    }
    return stringify({ type: "error", id, namespace, code: "connect_error", message, data });
  }

  #takeId(namespace: string): ActionId | undefined {
    const id = this.#connecting.get(namespace);
    this.#connecting.delete(namespace);
    return id;
  }
}

function encodeAck(packet: Packet): string[] {
  const ackId: unknown = packet.id;
  const args = packet.data as unknown[];
  if (!(ackId instanceof ManagedAckId)) return [stringify({ type: "ack", id: ackId, args })];
  const { id } = ackId;
  const result = args[0] as ManagedResult;
  if (result.status === "error") {
    return [
      encodeRefusal({ id, code: result.code, message: result.message, namespace: packet.nsp }),
    ];
  }
  return id === undefined ? [] : [stringify({ type: "ack", id, args: [] })];
}

/** JSON with bytes as `{"base64":"…"}`: JSON clients get text frames only. */
function stringify(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, replaced) {
    // `Buffer.toJSON` has run before the replacer; the holder still has the bytes.
    const original = this[key];
    if (ArrayBuffer.isView(original)) {
      const { buffer, byteOffset, byteLength } = original;
      return { base64: Buffer.from(buffer, byteOffset, byteLength).toString("base64") };
    }
    if (original instanceof ArrayBuffer)
      return { base64: Buffer.from(original).toString("base64") };
    return replaced;
  });
}
