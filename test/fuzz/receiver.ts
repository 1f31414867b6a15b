import Ajv, { type ValidateFunction } from "ajv/dist/2020";
import { decodePacket } from "engine.io-parser";
import { Decoder } from "socket.io-parser";
import schema from "../../docs/protocol.schema.json";
import { Decoder as SingleDecoder } from "../../parser";
import { EVENTS, NAMESPACES, ODD_EVENTS } from "./words";

const ajv = new Ajv({ strict: false });
ajv.addSchema(schema, "protocol");
const isMessage: ValidateFunction = ajv.getSchema("protocol#/$defs/message") as ValidateFunction;

interface Message {
  readonly type: string;
  readonly namespace: string;
  readonly id?: string;
  readonly pid?: string;
  readonly offset?: string;
  readonly ack?: number;
}

export interface Heard {
  readonly type: string | number;
  readonly nsp: string;
  readonly data: unknown;
  readonly id?: number | undefined;
}

/** The far end of a connection: reads what it is sent, as a strict client would. */
export class Receiver {
  readonly heard: Heard[] = [];
  /** Frames that no client of this protocol could read. */
  readonly invalid: string[] = [];
  /** What it was told last, for `{{sid:…}}` and the like. */
  readonly told: Record<"sid" | "pid" | "offset" | "ack", string> = {
    ...{ sid: "none", pid: "none", offset: "none", ack: "0" },
  };
  /** In which parsers' formats it was sent packets. */
  readonly parsers = new Set<"default" | "single">();
  readonly #default = new Decoder();
  readonly #single = new SingleDecoder();

  constructor(private readonly protocol: "socket.io" | "json") {
    const note = (packet: unknown) => this.#note(packet as Heard);
    this.#default.on("decoded", note);
    this.#single.on("decoded", note);
  }

  receive(text: string): void {
    try {
      if (this.protocol === "json") this.#receiveJson(text);
      else this.#receivePacket(text);
    } catch (error) {
      this.invalid.push(`${(error as Error).message}: ${text.slice(0, 300)}`);
    }
  }

  #receiveJson(text: string): void {
    const message: Message = JSON.parse(text);
    if (!isMessage(message as unknown))
      throw new Error(`Against the schema (${ajv.errorsText(isMessage.errors)})`);
    const { type, namespace, id, pid, offset, ack } = message;
    if (type === "connect") Object.assign(this.told, { sid: id ?? "none", pid: pid ?? "none" });
    if (offset) this.told.offset = offset;
    if (type === "event" && ack !== undefined) this.told.ack = String(ack);
    this.heard.push({ type, nsp: namespace, data: message });
  }

  #receivePacket(text: string): void {
    const packet = decodePacket(text);
    if (packet.type === "error") throw new Error("No Engine.IO packet");
    if (packet.type !== "message") return;
    const parser = parserOf(text);
    this.parsers.add(parser);
    (parser === "single" ? this.#single : this.#default).add(packet.data);
  }

  #note(packet: Heard): void {
    const { type, data, id } = packet;
    if (type === 0) {
      const { sid, pid = "none" } = data as { sid: string; pid?: string };
      if (typeof sid !== "string") throw new Error("A CONNECT without sid");
      Object.assign(this.told, { sid, pid });
    }
    if ((type === 2 || type === 5) && id !== undefined) this.told.ack = String(id);
    const last = Array.isArray(data) ? data.at(-1) : undefined;
    if (typeof last === "string" && /^0[0-9a-z]{16}$/.test(last)) this.told.offset = last;
    this.heard.push(packet);
  }
}

/** The parser that has written a frame. */
export function parserOf(frame: string): "default" | "single" {
  return frame[0] === "4" && frame[2] === "~" ? "single" : "default";
}

/** Names that tell one behaviour from another; the others are as good as each other. */
const KNOWN: ReadonlySet<string> = new Set([...EVENTS, ...ODD_EVENTS, ...NAMESPACES, "message"]);

/** What a message looks like, without what is in it. */
export function shapeOf({ type, nsp, data, id }: Heard): string {
  if (typeof type === "string") {
    const { code, message, event } = data as Record<string, unknown>;
    const keys = Object.keys(data as object).join();
    return `${type} ${String(code ?? "")} ${blur(String(message ?? ""))} ${known(event)} ${keys}`;
  }
  const values = Array.isArray(data) ? data.slice(0, 4) : [data];
  const [first] = values;
  const name = type === 2 ? known(first) : "";
  return `${type} ${known(nsp)} ${id === undefined ? "" : "id"} ${name} ${values.map(kindOf).join()}`;
}

/** A text without what differs from time to time. */
export function blur(text: string): string {
  return text
    .replace(/"(?:[^"\\]|\\.)*"?/g, "“”")
    .replace(/got .*$/s, "got …")
    .replace(/\d+/g, "0")
    .slice(0, 90);
}

function known(name: unknown): string {
  return typeof name === "string" && KNOWN.has(name) ? name : typeof name;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length > 0 ? typeof value[0] : ""}]`;
  if (ArrayBuffer.isView(value)) return "bytes";
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.keys(value).length > 0 ? "{…}" : "{}";
}
