/**
 * Reads one HTTP/1.1 answer after the other from whatever pieces they arrive in. What it does not understand it says so, and reads no further.
 * https://www.rfc-editor.org/rfc/rfc9112
 */

/** An answer, once its last byte is there. */
export interface HttpResponse {
  readonly status: number;
  /** Its head as text; only of answers other than 2xx, which an operator may want to look into. */
  readonly head: string;
  /** Whether the connection can carry another request. */
  readonly keepsAlive: boolean;
  /** Empty where bodies are dropped. */
  readonly body: string;
}

/** `more`: feed the next piece. `surplus`: bytes came that no request asked for. */
export type Reading = HttpResponse | "more" | "surplus" | "unintelligible";

const MAX_HEAD_BYTES = 65_536;
const MAX_LINE_BYTES = 4096;
const END_OF_HEAD = Buffer.from("\r\n\r\n");

/** What of the body is still to come. */
type Rest =
  | { readonly type: "bytes"; left: number }
  | { readonly type: "chunks"; state: "size" | "data" | "trailer"; left: number }
  | { readonly type: "until-close" };

export class ResponseReader {
  #pending: Buffer | undefined;
  #rest: Rest | undefined;
  #response: HttpResponse | undefined;
  #body: Buffer[] = [];

  /** @param keepsBodies a post is told by its status: its body is dropped */
  constructor(private readonly keepsBodies = false) {}

  /** Takes the next piece, which it does not keep; an answer as soon as it is complete. */
  read(piece: Buffer): Reading {
    const bytes = this.#pending ? Buffer.concat([this.#pending, piece]) : piece;
    this.#pending = undefined;
    return this.#response ? this.#readBody(bytes) : this.#readHead(bytes);
  }

  /** The peer will send no more: an answer whose body ends so, if there is one. */
  end(): HttpResponse | undefined {
    if (this.#rest?.type !== "until-close") return undefined;
    return this.#finish();
  }

  #readHead(bytes: Buffer): Reading {
    const end = bytes.indexOf(END_OF_HEAD);
    if (end === -1) {
      if (bytes.length > MAX_HEAD_BYTES || !couldBeHead(bytes)) return "unintelligible";
      this.#pending = Buffer.from(bytes);
      return "more";
    }
    const head = bytes.toString("latin1", 0, end);
    const status = readStatus(head);
    if (status === undefined || status === 101) return "unintelligible";
    const after = bytes.subarray(end + END_OF_HEAD.length);
    // Interim answers announce the real one.
    if (status < 200) return after.length > 0 ? this.#readHead(after) : "more";
    const framing = readFraming(head, status);
    if (!framing) return "unintelligible";
    this.#response = {
      status,
      keepsAlive: framing.keepsAlive,
      head: status < 300 ? "" : head,
      body: "",
    };
    this.#rest = framing.rest;
    return this.#readBody(after);
  }

  #readBody(bytes: Buffer): Reading {
    const rest = this.#rest as Rest;
    if (rest.type === "chunks") return this.#readChunks(bytes, rest);
    if (rest.type === "bytes" && bytes.length > rest.left) return "surplus";
    this.#keepBody(bytes);
    if (rest.type === "until-close") return "more";
    rest.left -= bytes.length;
    return rest.left === 0 ? this.#finish() : "more";
  }

  #readChunks(bytes: Buffer, rest: Extract<Rest, { type: "chunks" }>): Reading {
    let at = 0;
    for (;;) {
      if (rest.state === "data") {
        const taken = Math.min(rest.left, bytes.length - at);
        // The two bytes that end a chunk do not belong to its data.
        this.#keepBody(bytes.subarray(at, at + Math.min(taken, Math.max(0, rest.left - 2))));
        rest.left -= taken;
        at += taken;
        if (rest.left > 0) return "more";
        rest.state = "size";
      }
      const lineEnd = bytes.indexOf("\r\n", at);
      if (lineEnd === -1) return this.#keep(bytes.subarray(at));
      const line = bytes.toString("latin1", at, lineEnd);
      at = lineEnd + 2;
      if (rest.state === "trailer") {
        if (line !== "") continue;
        return at < bytes.length ? "surplus" : this.#finish();
      }
      const size = /^([0-9a-f]{1,8})\s*(;.*)?$/i.exec(line);
      if (!size) return "unintelligible";
      // The two bytes that end a chunk's data are counted to it.
      rest.left = Number.parseInt(size[1] as string, 16) + 2;
      rest.state = rest.left === 2 ? "trailer" : "data";
    }
  }

  #keep(bytes: Buffer): Reading {
    if (bytes.length > MAX_LINE_BYTES) return "unintelligible";
    this.#pending = bytes.length > 0 ? Buffer.from(bytes) : undefined;
    return "more";
  }

  /** A copy: the connection reads its next piece into the same buffer. */
  #keepBody(bytes: Buffer): void {
    if (this.keepsBodies && bytes.length > 0) this.#body.push(Buffer.from(bytes));
  }

  #finish(): HttpResponse {
    const response = this.#response as HttpResponse;
    this.#response = undefined;
    this.#rest = undefined;
    if (this.#body.length === 0) return response;
    const [first, ...more] = this.#body;
    this.#body = [];
    const bytes = more.length > 0 ? Buffer.concat([first as Buffer, ...more]) : (first as Buffer);
    return { ...response, body: bytes.toString() };
  }
}

function couldBeHead(bytes: Buffer): boolean {
  return "HTTP/1.".startsWith(bytes.toString("latin1", 0, 7));
}

function readStatus(head: string): number | undefined {
  const [, status] = /^HTTP\/1\.[01] ([1-5]\d\d)(?: |\r|$)/.exec(head) ?? [];
  return status === undefined ? undefined : Number(status);
}

interface Framing {
  readonly rest: Rest;
  readonly keepsAlive: boolean;
}

const FRAMING_HEADERS =
  /\r\n(content-length|transfer-encoding|connection)[ \t]*:[ \t]*([^\r]*?)[ \t]*(?=\r|$)/gi;

/** How the body ends, and whether another may follow. `undefined` for a head that contradicts itself. */
function readFraming(head: string, status: number): Framing | undefined {
  let length: string | undefined;
  let encoding: string | undefined;
  let connection = "";
  FRAMING_HEADERS.lastIndex = 0;
  for (let found = FRAMING_HEADERS.exec(head); found; found = FRAMING_HEADERS.exec(head)) {
    const [, name = "", value = ""] = found;
    if (name.length === "connection".length) connection += `,${value.toLowerCase()}`;
    else if (name.length === "content-length".length) {
      if (length !== undefined && length !== value) return undefined;
      length = value;
    } else encoding = encoding === undefined ? value.toLowerCase() : `${encoding},${value}`;
  }
  const keepsAlive = head.startsWith("HTTP/1.0")
    ? connection.includes("keep-alive")
    : !connection.includes("close");
  if (status === 204 || status === 304) return { rest: { type: "bytes", left: 0 }, keepsAlive };
  if (encoding !== undefined) {
    if (length !== undefined || encoding !== "chunked") return undefined;
    return { rest: { type: "chunks", state: "size", left: 0 }, keepsAlive };
  }
  if (length === undefined) return { rest: { type: "until-close" }, keepsAlive: false };
  if (!/^\d{1,9}$/.test(length)) return undefined;
  return { rest: { type: "bytes", left: Number(length) }, keepsAlive };
}
