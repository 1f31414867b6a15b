import { decodeMessage } from "../wire/decode";
import { type Packet, PacketType } from "../wire/packet";
import { decodeAction, type Refusal } from "./json/actions";

export type DecodedAnswer =
  | {
      readonly ok: true;
      readonly namespace: string;
      readonly ackId: number;
      readonly args: readonly unknown[];
    }
  /** With a refusal for a JSON client; a stock client's is a protocol violation. */
  | { readonly ok: false; readonly refusal?: Refusal; readonly isIgnored?: boolean };

/**
 * Reads a frame of the ack lane: `43…` of a stock client, `{"action":"ack"…` of a JSON client.
 *
 * @param namespace of a JSON client's answers that name none
 */
export function decodeAnswer(frame: string, namespace: string): DecodedAnswer {
  if (frame.startsWith("{")) return decodeJson(frame, namespace);
  const packet = decodeMessage(frame);
  return packet?.type === PacketType.ACK ? readAck(packet) : { ok: false };
}

/** What an ack says, if there is one. */
export function readAck(packet: Packet | undefined): DecodedAnswer {
  // Without an id it answers nothing, and the reference server ignores it.
  if (typeof packet?.id !== "number") return { ok: false, isIgnored: true };
  return { ok: true, namespace: packet.nsp, ackId: packet.id, args: packet.data as unknown[] };
}

function decodeJson(frame: string, namespace: string): DecodedAnswer {
  const decoded = decodeAction(frame, namespace);
  if (!decoded.ok) return { ok: false, refusal: decoded.refusal };
  const { action } = decoded;
  if (action.action !== "ack") return { ok: false };
  return { ok: true, namespace: action.namespace, ackId: action.ack, args: action.args };
}
