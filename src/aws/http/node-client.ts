import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { PoolOptions } from "./pool";
import type { HttpResponse } from "./response-reader";

interface ClientOptions extends PoolOptions {
  readonly tlsOptions?: { readonly ca?: string | Buffer } | undefined;
}

/** A request with all of its headers but the length. */
export interface PlainRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** POSTs through Node's own HTTP client, for peers that ours does not understand. */
export class NodeClient {
  readonly #agent: HttpAgent;

  constructor(
    private readonly url: URL,
    private readonly options: ClientOptions,
  ) {
    const { maxConnections = 100, tlsOptions } = options;
    const settings = { keepAlive: true, maxSockets: maxConnections, scheduling: "lifo" as const };
    this.#agent =
      url.protocol === "https:"
        ? new HttpsAgent({ ...settings, ...tlsOptions })
        : new HttpAgent(settings);
  }

  /** Calls `done` exactly once, with the answer if there was one. */
  post({ path, headers, body }: PlainRequest, done: (answer?: HttpResponse) => void): void {
    const length = { "content-length": String(Buffer.byteLength(body)) };
    const request = this.#start(path, { ...headers, ...length });
    let isDone = false;
    const end = (answer?: HttpResponse) => {
      if (!isDone) done(answer);
      isDone = true;
    };
    request.on("response", (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("error", () => end());
      response.on("end", () => {
        const { statusCode: status = 0, headers } = response;
        const head = `\r\ndate: ${headers.date ?? ""}`;
        end({ status, keepsAlive: true, head, body: Buffer.concat(pieces).toString() });
      });
    });
    request.on("timeout", () => request.destroy(new Error("timeout")));
    request.on("error", () => end());
    request.end(body);
  }

  close(): void {
    this.#agent.destroy();
  }

  #start(path: string, headers: Record<string, string>): ClientRequest {
    const { protocol, hostname, port } = this.url;
    const options = { method: "POST", hostname, port, path, headers, agent: this.#agent };
    const start = protocol === "https:" ? httpsRequest : httpRequest;
    return start({ ...options, timeout: this.options.timeoutMs ?? 5000 });
  }
}
