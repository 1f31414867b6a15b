import { parse, stringify } from "./json";

/** A packet of the Socket.IO protocol, version 5. */
export interface Packet {
  type: number;
  nsp: string;
  data?: unknown;
  id?: unknown;
}

const CONNECT = 0;
const DISCONNECT = 1;
const EVENT = 2;
const ACK = 3;
const CONNECT_ERROR = 4;
/** In the default parser: an event and an ack with attachments. */
const BINARY_OFFSET = 3;

/** Follows the type of every packet, and tells this format from the default parser's. */
export const MARK = "~";

const RESERVED = new Set(
  "connect connect_error disconnect disconnecting newListener removeListener".split(" "),
);

/** `<type>~[<namespace>,][<ack id>][JSON]`, e.g. `2~/chat,7["photo",{"$bytes":"AQI="}]`. */
export function encodePacket({ type, nsp, data, id }: Packet): string {
  const plainType = type > CONNECT_ERROR ? type - BINARY_OFFSET : type;
  const namespace = nsp && nsp !== "/" ? `${nsp},` : "";
  return `${plainType}${MARK}${namespace}${id ?? ""}${data === undefined ? "" : stringify(data)}`;
}

const FORMAT = /^([0-4])~(?:(\/[^,]*)(?:,|$))?(\d*)(.*)$/s;

/** Throws on an invalid packet, as the default parser does. */
export function decodePacket(text: string): Packet {
  const [matched, digit, nsp = "/", id = "", json = ""] = FORMAT.exec(text) ?? [];
  if (matched === undefined) throw new Error("unknown packet type");
  const packet: Packet = { type: Number(digit), nsp };
  if (id !== "") packet.id = Number(id);
  if (json !== "") packet.data = read(json);
  if (!isValid(packet)) throw new Error("invalid payload");
  return packet;
}

function read(json: string): unknown {
  try {
    return parse(json);
  } catch {
    // Also for what is nested too deeply.
    throw new Error("invalid payload");
  }
}

function isValid({ type, data }: Packet): boolean {
  switch (type) {
    case CONNECT:
      return data === undefined || isRecord(data);
    case DISCONNECT:
      return data === undefined;
    case EVENT:
      return Array.isArray(data) && isEventName(data[0]);
    case ACK:
      return Array.isArray(data);
    default:
      return typeof data === "string" || isRecord(data);
  }
}

function isRecord(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object Object]";
}

function isEventName(name: unknown): boolean {
  return typeof name === "number" || (typeof name === "string" && !RESERVED.has(name));
}
