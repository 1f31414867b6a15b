import { hash } from "node:crypto";
import type { Ending, Job } from "./http/connection";
import { NodeClient } from "./http/node-client";
import { Pool, type PoolOptions } from "./http/pool";
import { Understanding } from "./http/understanding";
import type { Answer, Transport } from "./json-client";
import { type Credentials, Signer, signatureOf } from "./signer";

export interface ServiceOptions extends PoolOptions {
  /** `https://dynamodb.{region}.amazonaws.com` */
  readonly endpoint: string;
  readonly region: string;
  /** By which signatures name the service. */
  readonly service: string;
  /** What precedes an operation in `x-amz-target`. */
  readonly target: string;
  readonly credentials: () => Credentials;
  readonly tlsOptions?: { readonly ca?: string | Buffer };
}

const CONTENT_TYPE = "application/x-amz-json-1.0";
/** As many as the SDK opens. */
const MAX_CONNECTIONS = 50;

/** Signed requests over keep-alive connections. */
export class SignedTransport implements Transport {
  readonly #signers = new Map<string, Signer>();
  readonly #pool: Pool;
  readonly #fallback: NodeClient;
  readonly #host: string;
  readonly #path: string;
  #skewMs = 0;
  readonly #understanding = new Understanding();

  constructor(private readonly options: ServiceOptions) {
    const url = new URL(options.endpoint);
    const tls = url.protocol === "https:";
    const port = Number(url.port) || (tls ? 443 : 80);
    const { hostname: host } = url;
    const pooled = { maxConnections: MAX_CONNECTIONS, ...options };
    this.#host = url.host;
    this.#path = url.pathname;
    const { tlsOptions } = options;
    this.#pool = new Pool({ host, port, tls, tlsOptions, keepsBodies: true }, pooled);
    this.#fallback = new NodeClient(url, pooled);
  }

  get skewMs(): number {
    return this.#skewMs;
  }

  set skewMs(ms: number) {
    this.#skewMs = ms;
    for (const signer of this.#signers.values()) signer.skewMs = ms;
  }

  send(operation: string, body: string): Promise<Answer> {
    return new Promise((resolve) => {
      if (!this.#understanding.isLost) return this.#pool.send(this.#job(operation, body, resolve));
      const path = this.#path;
      const signed = this.#signerOf(operation).sign({ method: "POST", path, sha256: sha256(body) });
      this.#fallback.post({ path, headers: signed, body }, (answer) =>
        resolve(answer ?? { lost: `No answer to ${operation} from ${this.#host}` }),
      );
    });
  }

  close(): void {
    this.#pool.close();
    this.#fallback.close();
  }

  #job(operation: string, body: string, resolve: (answer: Answer) => void): Job {
    return {
      request: (scratch) => this.#write(operation, body, scratch),
      done: (ending) =>
        resolve(this.#understanding.judge(ending) ?? { lost: this.#loss(operation, ending) }),
    };
  }

  /** Head and body in one buffer: one write, one TLS record. */
  #write(operation: string, body: string, scratch: Buffer): Buffer {
    const moment = this.#signerOf(operation).now();
    const request = { method: "POST", path: this.#path, sha256: sha256(body) } as const;
    const signature = signatureOf(request, moment);
    const length = Buffer.byteLength(body);
    const head = `POST ${this.#path} HTTP/1.1\r\n${moment.lines}${signature}\r\ncontent-length: ${length}\r\n\r\n`;
    const size = head.length + length;
    const bytes = size <= scratch.length ? scratch.subarray(0, size) : Buffer.allocUnsafe(size);
    bytes.write(head, "latin1");
    bytes.write(body, head.length);
    return bytes;
  }

  #loss(operation: string, ending: Ending): string {
    const why = ending === "unintelligible" ? "It is not HTTP/1.1" : "The connection broke";
    return `No answer to ${operation} from ${this.#host}. ${why}`;
  }

  /** One for each operation, whose name is signed: what a signer prepares for a second holds all headers. */
  #signerOf(operation: string): Signer {
    const known = this.#signers.get(operation);
    if (known) return known;
    const { region, service, credentials, target } = this.options;
    const headers = { "content-type": CONTENT_TYPE, "x-amz-target": `${target}.${operation}` };
    const host = this.#host;
    const signer = new Signer({
      region,
      service,
      host,
      headers,
      credentials,
      now: () => Date.now(),
    });
    signer.skewMs = this.#skewMs;
    this.#signers.set(operation, signer);
    return signer;
  }
}

function sha256(body: string): string {
  return hash("sha256", body);
}
