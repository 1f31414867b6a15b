import { newSkew } from "../aws/clock-skew";
import type { Ending, Job } from "../aws/http/connection";
import { NodeClient, type PlainRequest } from "../aws/http/node-client";
import { Pool, type PoolOptions } from "../aws/http/pool";
import type { HttpResponse } from "../aws/http/response-reader";
import { Understanding } from "../aws/http/understanding";
import { type Credentials, encodeRfc3986, Signer } from "../aws/signer";
import type { ConnectionId, Frame } from "../ports";
import { PostRequests } from "./post-requests";

export interface PosterOptions extends PoolOptions {
  /** `https://{api}.execute-api.{region}.amazonaws.com/{stage}` */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: () => Credentials;
  /** Further TLS options. @default - Node's own */
  readonly tlsOptions?: { readonly ca?: string | Buffer };
}

/**
 * `PostToConnection` over keep-alive connections, with as little work for each as can be: one signature,
 * one write, a look at the answer's head.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 *
 * A post whose connection breaks before its answer is there counts as not answered (0). The poster
 * cannot know whether API Gateway has delivered it, so a caller that posts again may deliver twice.
 */
export class Poster {
  readonly #signer: Signer;
  readonly #pool: Pool;
  readonly #prefix: string;
  readonly #requests: PostRequests;
  readonly #fallback: NodeClient;
  readonly #understanding = new Understanding();

  constructor(options: PosterOptions) {
    const { endpoint, region, credentials, tlsOptions } = options;
    const url = new URL(endpoint);
    const tls = url.protocol === "https:";
    this.#signer = new Signer({ region, host: url.host, credentials, now: Date.now });
    const port = Number(url.port) || (tls ? 443 : 80);
    this.#pool = new Pool({ host: url.hostname, port, tls, tlsOptions }, options);
    this.#prefix = `${url.pathname.replace(/\/$/, "")}/@connections/`;
    this.#requests = new PostRequests(this.#signer, this.#prefix);
    this.#fallback = new NodeClient(url, options);
  }

  /** Calls `done` exactly once: with the HTTP status of the answer, or 0 without an answer. */
  post(id: ConnectionId, frame: Frame, done: (status: number) => void): void {
    this.#try(id, frame, (answer) => {
      if (answer?.status !== 403 || !this.#adjustClock(answer)) return done(answer?.status ?? 0);
      this.#try(id, frame, (second) => done(second?.status ?? 0));
    });
  }

  close(): void {
    this.#pool.close();
    this.#fallback.close();
  }

  #try(id: ConnectionId, frame: Frame, done: (answer: HttpResponse | undefined) => void): void {
    if (this.#understanding.isLost) {
      return this.#fallback.post(this.#plainRequest(id, frame), done);
    }
    this.#pool.send(new PostJob(this.#requests, id, frame, this.#understanding.judge, done));
  }

  #plainRequest(id: ConnectionId, { bytes, sha256 }: Frame): PlainRequest {
    const path = this.#prefix + encodeRfc3986(id);
    const signed = this.#signer.sign({ method: "POST", path, sha256 });
    return {
      path,
      headers: { ...signed, "content-type": "application/octet-stream" },
      body: bytes,
    };
  }

  /** A refused signature may be our clock's fault; the answer says what time it is there. */
  #adjustClock({ head }: HttpResponse): boolean {
    const skewMs = newSkew(head, this.#signer.skewMs);
    if (skewMs === undefined) return false;
    this.#signer.skewMs = skewMs;
    return true;
  }
}

/** One post on its way. */
class PostJob implements Job {
  constructor(
    private readonly requests: PostRequests,
    private readonly id: ConnectionId,
    private readonly frame: Frame,
    private readonly judge: (ending: Ending) => HttpResponse | undefined,
    private readonly onResponse: (answer: HttpResponse | undefined) => void,
  ) {}

  request(scratch: Buffer): Buffer {
    return this.requests.create(this.id, this.frame, scratch);
  }

  done(ending: Ending): void {
    this.onResponse(this.judge(ending));
  }
}
