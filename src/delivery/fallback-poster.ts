import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Frame } from "../ports";
import type { PoolOptions } from "./http/pool";
import type { HttpResponse } from "./http/response-reader";
import type { Signer } from "./signer";

interface FallbackOptions extends PoolOptions {
  readonly signer: Signer;
  readonly tlsOptions?: { readonly ca?: string | Buffer };
}

/** Posts through Node's own HTTP client, for peers that ours does not understand. */
export class FallbackPoster {
  readonly #agent: HttpAgent;

  constructor(
    private readonly url: URL,
    private readonly options: FallbackOptions,
  ) {
    const { maxConnections = 100, tlsOptions } = options;
    const settings = { keepAlive: true, maxSockets: maxConnections, scheduling: "lifo" as const };
    this.#agent =
      url.protocol === "https:"
        ? new HttpsAgent({ ...settings, ...tlsOptions })
        : new HttpAgent(settings);
  }

  /** Calls `done` exactly once, with the answer if there was one. */
  post(path: string, frame: Frame, done: (answer: HttpResponse | undefined) => void): void {
    const headers = this.options.signer.sign({ method: "POST", path, sha256: frame.sha256 });
    headers["content-length"] = String(frame.bytes.byteLength);
    headers["content-type"] = "application/octet-stream";
    const request = this.#start(path, headers);
    let isDone = false;
    const end = (answer?: HttpResponse) => {
      if (!isDone) done(answer);
      isDone = true;
    };
    request.on("response", (response) => {
      response.resume();
      response.on("error", () => end());
      response.on("end", () => {
        const { statusCode: status = 0, headers } = response;
        end({ status, keepsAlive: true, head: `\r\ndate: ${headers.date ?? ""}` });
      });
    });
    request.on("timeout", () => request.destroy(new Error("timeout")));
    request.on("error", () => end());
    request.end(frame.bytes);
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
