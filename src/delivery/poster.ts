import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { ConnectionId, Frame } from "../ports";
import { type Credentials, encodeRfc3986, Signer } from "./signer";

export interface PosterOptions {
  /** `https://{api}.execute-api.{region}.amazonaws.com/{stage}` */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: () => Credentials;
  /** Most posts at a time; each has a connection of its own. @default 100 */
  readonly maxSockets?: number;
  /** How long to wait for an answer. @default 5000 */
  readonly timeoutMs?: number;
}

/**
 * `PostToConnection` over keep-alive connections.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export class Poster {
  readonly #url: URL;
  readonly #signer: Signer;
  readonly #agent: HttpAgent;
  readonly #timeoutMs: number;

  constructor({
    endpoint,
    region,
    credentials,
    maxSockets = 100,
    timeoutMs = 5000,
  }: PosterOptions) {
    this.#url = new URL(endpoint);
    this.#signer = new Signer({ region, host: this.#url.host, credentials, now: Date.now });
    const settings = { keepAlive: true, maxSockets, scheduling: "lifo" as const };
    this.#agent =
      this.#url.protocol === "https:" ? new HttpsAgent(settings) : new HttpAgent(settings);
    this.#timeoutMs = timeoutMs;
  }

  /** The HTTP status of the answer, or 0 where there was none. Never rejects. */
  post(id: ConnectionId, frame: Frame): Promise<number> {
    const path = `${this.#url.pathname.replace(/\/$/, "")}/@connections/${encodeRfc3986(id)}`;
    const headers = this.#signer.sign({ method: "POST", path, sha256: frame.sha256 });
    headers["content-length"] = String(frame.bytes.byteLength);
    headers["content-type"] = "application/octet-stream";
    return new Promise((resolve) => {
      const request = this.#start(path, headers);
      request.on("response", (response) => {
        response.resume();
        response.on("error", () => resolve(0));
        response.on("end", () => resolve(response.statusCode ?? 0));
      });
      request.on("timeout", () => request.destroy(new Error("timeout")));
      request.on("error", () => resolve(0));
      request.end(frame.bytes);
    });
  }

  #start(path: string, headers: Record<string, string>): ClientRequest {
    const { protocol, hostname, port } = this.#url;
    const options = { method: "POST", hostname, port, path, headers, agent: this.#agent };
    const start = protocol === "https:" ? httpsRequest : httpRequest;
    return start({ ...options, timeout: this.#timeoutMs });
  }
}
