import { createHash } from "node:crypto";
import { stringify } from "../parser/json";
import { Signer } from "../src/aws/signer";
import { defined } from "../src/defined";

/** The variables that are read; those of AWS are in every function's environment. */
export interface RoomsEnvironment {
  /** The stack's `PublishUrl`, which `rooms.grantPublish(function)` puts here. */
  readonly ROOMS_URL?: string | undefined;
  readonly AWS_REGION?: string | undefined;
  readonly AWS_ACCESS_KEY_ID?: string | undefined;
  readonly AWS_SECRET_ACCESS_KEY?: string | undefined;
  readonly AWS_SESSION_TOKEN?: string | undefined;
}

export interface ClientOptions {
  /**
   * How long to wait for an answer, in milliseconds.
   *
   * @default 65_000 - a broadcast to a large room takes seconds
   */
  readonly timeoutMs?: number;
}

/** The answer to a request that was refused or that failed. */
export class RoomsError extends Error {
  constructor(
    /** The HTTP status; 403 where IAM refused. */
    readonly status: number,
    /** One of docs/publish.md's codes. */
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "RoomsError";
  }
}

/** Signed requests to the publish endpoint. */
export class Client {
  readonly #url: URL;
  readonly #signer: Signer;
  readonly #timeoutMs: number;

  constructor(environment: RoomsEnvironment, { timeoutMs = 65_000 }: ClientOptions) {
    const required = (name: keyof RoomsEnvironment): string => {
      const value = environment[name];
      if (value) return value;
      throw new TypeError(`Cannot publish: expected environment variable ${name}, got nothing`);
    };
    const credentials = () => ({
      accessKeyId: required("AWS_ACCESS_KEY_ID"),
      secretAccessKey: required("AWS_SECRET_ACCESS_KEY"),
      ...defined({ sessionToken: environment.AWS_SESSION_TOKEN || undefined }),
    });
    credentials();
    this.#url = new URL(required("ROOMS_URL"));
    this.#timeoutMs = timeoutMs;
    this.#signer = new Signer({
      region: required("AWS_REGION"),
      service: "lambda",
      host: this.#url.host,
      credentials,
      now: Date.now,
    });
  }

  /** @throws RoomsError if the answer is another than 200. */
  async request<T>(method: "GET" | "POST", path: string, value?: unknown): Promise<T> {
    const body = value === undefined ? "" : stringify(value);
    const sha256 = createHash("sha256").update(body).digest("hex");
    // `fetch` sets `host` itself, to the same.
    const { host: _, ...headers } = this.#signer.sign({ method, path, sha256 });
    const answer = await fetch(new URL(path, this.#url), {
      method,
      headers: { ...headers, ...(body && { "content-type": "application/json" }) },
      ...(body && { body }),
      signal: AbortSignal.timeout(this.#timeoutMs),
    });
    const text = await answer.text();
    if (answer.ok) return JSON.parse(text) as T;
    throw toError(answer.status, text);
  }
}

function toError(status: number, text: string): RoomsError {
  const { error } = readObject(text) as { error?: { code?: string; message?: string } };
  const said = error?.message ?? text.slice(0, 200);
  const code = error?.code ?? (status === 403 ? "forbidden" : "internal");
  return new RoomsError(status, code, `Cannot publish: ${said} (status ${status})`);
}

function readObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
