/** What the console shows of a frame. */
export interface DecodedFrame {
  readonly kind: "event" | "ack" | "connect" | "disconnect" | "refused" | "ping" | "part" | "other";
  readonly namespace: string;
  /** Of an event, its name. */
  readonly name: string;
  /** Of an event that asks for an ack, and of the ack. */
  readonly ackId?: string;
  /** Of a CONNECT to a client. */
  readonly socketId?: string;
}

/** Engine.IO's `4`, the packet's type, attachments, `~` of the single-frame parser, namespace, ack id, and the rest. */
const PACKET = /^4([0-6])(?:\d+-)?~?(?:(\/[^,]*),)?(\d+)?([\s\S]*)$/;
const KINDS = ["connect", "disconnect", "event", "ack", "refused", "event", "ack"] as const;
/** The first entry of an event's list, a JSON string. Names of more are shown as their beginning. */
const NAME = /^\[\s*("(?:[^"\\]|\\.){0,256}("?))/;

/**
 * Reads the head of a frame, of whichever protocol: https://github.com/socketio/socket.io-protocol, docs/parser.md and
 * docs/protocol.md. Never throws: clients may send anything.
 */
export function decodeFrame(text: string): DecodedFrame {
  if (text.startsWith("{")) return decodeJson(text);
  const [, type = "", namespace = "/", ackId, rest = ""] = PACKET.exec(text) ?? [];
  const kind = KINDS[Number(type)];
  if (type === "" || kind === undefined) return decodeOther(text);
  const common = { kind, namespace, ...(ackId !== undefined && { ackId }) };
  if (kind === "event") return { ...common, name: nameIn(rest) };
  if (kind === "connect") {
    const sid = (readObject(rest) as { sid?: unknown }).sid;
    return { ...common, name: "", ...(typeof sid === "string" && { socketId: sid }) };
  }
  return { ...common, name: "" };
}

/** Engine.IO's `0` opens, `2` and `3` are ping and pong; `b` is an attachment. */
function decodeOther(text: string): DecodedFrame {
  const kind = /^[23]/.test(text) ? "ping" : text.startsWith("b") ? "part" : "other";
  return { kind, namespace: "", name: "" };
}

function nameIn(list: string): string {
  const [, quoted = "", end = ""] = NAME.exec(list) ?? [];
  if (quoted.length < 2) return "";
  try {
    return String(JSON.parse(end === '"' ? quoted : `${quoted}…"`));
  } catch {
    return "";
  }
}

/** JSON actions and messages: `{"action":"send","event":…}`, `{"type":"event","event":…}`. */
function decodeJson(text: string): DecodedFrame {
  const { action, type, namespace, event, id } = readObject(text) as Record<string, unknown>;
  const what = typeof action === "string" ? action : typeof type === "string" ? type : "";
  const common = { namespace: typeof namespace === "string" ? namespace : "/" };
  const ackId = typeof id === "string" || typeof id === "number" ? { ackId: String(id) } : {};
  if (what === "ping" || what === "pong") return { kind: "ping", ...common, name: "" };
  if (what === "connect") {
    return {
      kind: "connect",
      ...common,
      name: "",
      ...(typeof id === "string" && { socketId: id }),
    };
  }
  if (what === "ack") return { kind: "ack", ...common, name: "", ...ackId };
  if (what === "disconnect") return { kind: "disconnect", ...common, name: "" };
  if (what === "error") return { kind: "refused", ...common, name: "", ...ackId };
  const name = typeof event === "string" ? event.slice(0, 256) : what;
  return { kind: what === "" ? "other" : "event", ...common, name, ...ackId };
}

function readObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
