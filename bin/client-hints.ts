import type { AnsweredRequest, Post } from "../local";
import type { ClientLines } from "./client-line";
import { disarm } from "./describe-line";

/**
 * What a client's developer has to change, for the console: a line for each page whose client asks for long-polling, or
 * for a path at which nothing answers. Clients try again every few seconds; a page has its line once.
 */
export class ClientHints {
  readonly #lines: () => ClientLines;
  readonly #known = new Set<string>();

  constructor(lines: () => ClientLines) {
    this.#lines = lines;
  }

  /** The line for a request; absent where there is nothing to say, or where it was said. */
  about({ url, status, headers, address }: AnsweredRequest, stage = "/prod"): string | undefined {
    const query = new URLSearchParams(url.split("?", 2)[1] ?? "");
    // Engine.IO's own parameters: no other request has them.
    const transport = query.get("transport");
    if (status < 400 || transport === null || !query.has("EIO")) return undefined;
    const page = pageOf(headers);
    const key = `${page ?? `${address} ${String(headers["user-agent"])}`} ${transport} ${status}`;
    if (this.#known.has(key)) return undefined;
    this.#known.add(key);
    const who = page === undefined ? "A client" : `The client of ${page}`;
    const { ownPage, anywhere } = this.#lines();
    // A client without a page runs in Node or in a device.
    const mend = page === undefined ? anywhere : (ownPage ?? anywhere);
    const version = query.get("EIO");
    if (version !== "4") {
      return `${who} speaks version ${version} of Engine.IO's protocol, as socket.io-client 2 does: take socket.io-client 4, and ${mend}`;
    }
    if (transport === "polling") {
      return `${who} asks for HTTP long-polling, which API Gateway has not: ${mend}`;
    }
    const path = url.split("?", 1)[0] ?? url;
    const refusal = REFUSALS[status];
    if (refusal !== undefined) return `${who} was refused with ${status}: ${refusal}`;
    // The application's locks and $connect say themselves whom they refuse, and why.
    if (path.replace(/\/$/, "") === stage) return undefined;
    return `${who} asks for ${path}, where no WebSocket answers: ${mend}`;
  }

  /** The line for what a function has sent to a client, where it refuses a namespace: Socket.IO's packet of type 4. */
  aboutPost({
    connectionId,
    body,
    status,
  }: Pick<Post, "connectionId" | "body" | "status">): string | undefined {
    // https://socket.io/docs/v4/socket-io-protocol/#connection-to-a-namespace
    if (status !== 200 || body.subarray(0, 2).toString() !== "44") return undefined;
    const [, namespace = "/", text = ""] =
      /^44(?:(\/[^,]*),)?([\s\S]*)$/.exec(body.toString()) ?? [];
    const why = messageOf(text);
    const key = `${connectionId} ${namespace} ${why}`;
    if (this.#known.has(key)) return undefined;
    this.#known.add(key);
    const name = disarm(namespace);
    return why === "Invalid namespace"
      ? `A client asks for the namespace ${name}, which the application has not`
      : `A middleware of namespace ${name} refused a client: ${disarm(why)}`;
  }
}

/** What API Gateway itself refuses. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: "its request is not the handshake of a WebSocket (RFC 6455)",
  414: "its URL has more than 4,096 characters. Keep large values of `query` in `auth`",
  429: "more clients connect a second than API Gateway takes (500)",
  502: "the function of $connect failed; its log says why",
  504: "the function of $connect did not answer within 29 seconds",
};

function messageOf(text: string): string {
  try {
    return String(JSON.parse(text).message);
  } catch {
    return text;
  }
}

/** A browser says which page; of another origin's, only the origin. */
function pageOf({ referer, origin }: AnsweredRequest["headers"]): string | undefined {
  const text = referer ?? origin;
  return typeof text === "string" ? text.split("?", 1)[0] : undefined;
}
