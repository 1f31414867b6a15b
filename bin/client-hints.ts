import type { AnsweredRequest } from "../local";
import type { ClientLines } from "./client-line";

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
  about({ url, status, headers, address }: AnsweredRequest): string | undefined {
    const query = new URLSearchParams(url.split("?", 2)[1] ?? "");
    // Engine.IO's own parameters: no other request has them.
    const transport = query.get("transport");
    if (status < 400 || transport === null || !query.has("EIO")) return undefined;
    const page = pageOf(headers);
    const key = `${page ?? `${address} ${String(headers["user-agent"])}`} ${transport}`;
    if (this.#known.has(key)) return undefined;
    this.#known.add(key);
    const who = page === undefined ? "A client" : `The client of ${page}`;
    const { ownPage, anywhere } = this.#lines();
    const mend = ownPage ?? anywhere;
    if (transport === "polling") {
      return `${who} asks for HTTP long-polling, which API Gateway has not: ${mend}`;
    }
    return `${who} asks for ${url.split("?", 1)[0]}, where no WebSocket answers: ${mend}`;
  }
}

/** A browser says which page; of another origin's, only the origin. */
function pageOf({ referer, origin }: AnsweredRequest["headers"]): string | undefined {
  const text = referer ?? origin;
  return typeof text === "string" ? text.split("?", 1)[0] : undefined;
}
