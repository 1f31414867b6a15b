import { createHash, createHmac } from "node:crypto";

/** What the AWS SDK calls an identity: long-lived keys, or a role's keys with a session token. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SignerOptions {
  readonly region: string;
  /** @default "execute-api" */
  readonly service?: string;
  /** `host` header of every request: host name, and port unless it is the scheme's own. */
  readonly host: string;
  readonly credentials: () => Credentials;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface SignedRequest {
  readonly method: "POST" | "GET";
  /** The path as it goes over the wire, percent-encoded once. */
  readonly path: string;
  /** Lower-case hexadecimal SHA-256 of the body. */
  readonly sha256: string;
}

/**
 * Signature Version 4 for posts to the management API and the few other requests that we sign. The SDK's signer does the same for any
 * request; this one does it for ours alone, because the CPU of a post decides what a broadcast costs.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export class Signer {
  #keyOfDay: { readonly scope: string; readonly secret: string; readonly key: Buffer } | undefined;

  constructor(private readonly options: SignerOptions) {}

  /** The headers that authorize the request: `host`, `x-amz-date`, `authorization`, … */
  sign(request: SignedRequest): Record<string, string> {
    const credentials = this.options.credentials();
    const time = new Date(this.options.now()).toISOString().replace(/[:-]|\.\d{3}/g, "");
    const { region, service = "execute-api" } = this.options;
    const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
    const headers: Record<string, string> = { host: this.options.host, "x-amz-date": time };
    if (credentials.sessionToken) headers["x-amz-security-token"] = credentials.sessionToken;
    const names = Object.keys(headers).join(";");
    const canonical = canonicalRequest(request, headers, names);
    const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`;
    const signature = hmac(this.#signingKey(scope, credentials), toSign).toString("hex");
    headers.authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return headers;
  }

  /** The key depends on the day and the secret only, so it is derived once and kept. */
  #signingKey(scope: string, { secretAccessKey: secret }: Credentials): Buffer {
    if (this.#keyOfDay?.scope === scope && this.#keyOfDay.secret === secret) {
      return this.#keyOfDay.key;
    }
    const key = scope.split("/").reduce<Buffer | string>(hmac, `AWS4${secret}`) as Buffer;
    this.#keyOfDay = { scope, secret, key };
    return key;
  }
}

function canonicalRequest(
  { method, path, sha256 }: SignedRequest,
  headers: Record<string, string>,
  names: string,
): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  // Every service but S3 wants the encoded path encoded once more: `%3D` becomes `%253D`.
  const canonicalPath = path.split("/").map(encodeRfc3986).join("/");
  return `${method}\n${canonicalPath}\n\n${lines.join("")}\n${names}\n${sha256}`;
}

/** `encodeURIComponent` leaves five characters alone that AWS wants encoded. */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
