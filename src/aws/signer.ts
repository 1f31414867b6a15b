import { createHmac, hash } from "node:crypto";
import { Hmac } from "./hmac";

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
  /** Further headers of every request, in lower case; they are signed. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly credentials: () => Credentials;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface SignedRequest {
  readonly method: string;
  /** The path as it goes over the wire, percent-encoded once. */
  readonly path: string;
  /** As Signature Version 4 writes it: encoded and sorted. @default "" */
  readonly query?: string;
  /** Lower-case hexadecimal SHA-256 of the body. */
  readonly sha256: string;
}

/** What all requests of one second share. */
export interface Moment {
  readonly second: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The part of the canonical request between query and payload hash. */
  readonly canonical: string;
  /** Signs the string to sign, of which only the hash of the canonical request is missing. */
  readonly hmac: Hmac;
  /** The `authorization` header, up to the signature. */
  readonly authorization: string;
  /** The headers as they go over the wire, up to the signature. */
  readonly lines: string;
}

/**
 * Signature Version 4 for all requests of functions and commands. The SDK's
 * signer does the same for any request; this one keeps whatever requests of one second share, because
 * the CPU of a post decides what a broadcast costs.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export class Signer {
  /** What AWS's clock is ahead of ours, in milliseconds, where an answer has told. */
  skewMs = 0;
  #moment: Moment | undefined;
  #keyOfDay: { readonly scope: string; readonly secret: string; readonly key: Buffer } | undefined;

  constructor(private readonly options: SignerOptions) {}

  /** The headers that authorize the request: `host`, `x-amz-date`, `authorization`, … */
  sign(request: SignedRequest): Record<string, string> {
    const moment = this.now();
    const authorization = moment.authorization + signatureOf(request, moment);
    return { ...moment.headers, authorization };
  }

  /** What requests of this second share. Credentials may be renewed, so they are read again each second. */
  now(): Moment {
    const now = this.options.now() + this.skewMs;
    const second = Math.floor(now / 1000);
    if (this.#moment?.second !== second) this.#moment = this.#prepare(second);
    return this.#moment;
  }

  #prepare(second: number): Moment {
    const { host, region, service = "execute-api", headers: more } = this.options;
    const { accessKeyId, secretAccessKey, sessionToken } = this.options.credentials();
    const time = new Date(second * 1000).toISOString().replace(/[:-]|\.\d{3}/g, "");
    const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
    const unsorted: Record<string, string> = { ...more, host, "x-amz-date": time };
    if (sessionToken) unsorted["x-amz-security-token"] = sessionToken;
    const headers = Object.fromEntries(
      Object.entries(unsorted).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    const names = Object.keys(headers).join(";");
    const entries = Object.entries(headers);
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=`;
    const lines = entries.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    return {
      second,
      headers,
      canonical: `\n${entries.map(([name, value]) => `${name}:${value}\n`).join("")}\n${names}\n`,
      hmac: new Hmac(
        this.#signingKey(scope, secretAccessKey),
        `AWS4-HMAC-SHA256\n${time}\n${scope}\n`,
        SHA256_HEX_LENGTH,
      ),
      authorization,
      lines: `${lines}authorization: ${authorization}`,
    };
  }

  /** The key depends on the day and the secret only, so it is derived once and kept. */
  #signingKey(scope: string, secret: string): Buffer {
    if (this.#keyOfDay?.scope === scope && this.#keyOfDay.secret === secret) {
      return this.#keyOfDay.key;
    }
    const key = scope.split("/").reduce<Buffer | string>(derive, `AWS4${secret}`) as Buffer;
    this.#keyOfDay = { scope, secret, key };
    return key;
  }
}

export const SHA256_HEX_LENGTH = 64;

/** What follows the `authorization` header's last `=`. */
export function signatureOf(
  { method, path, query = "", sha256 }: SignedRequest,
  { canonical, hmac }: Moment,
): string {
  const request = `${method}\n${canonicalize(path)}\n${query}${canonical}${sha256}`;
  return hmac.digest(hash("sha256", request));
}

/** Every service but S3 wants the encoded path encoded once more: `%3D` becomes `%253D`. */
export function canonicalize(path: string): string {
  return path.split("/").map(encodeRfc3986).join("/");
}

/** `encodeURIComponent` leaves five characters alone that AWS wants encoded. */
export function encodeRfc3986(text: string): string {
  // API Gateway's ids: base64url that ends in one `=`.
  if (/^[\w-]*=$/.test(text)) return `${text.slice(0, -1)}%3D`;
  if (/^[\w-]*%3D$/.test(text)) return `${text.slice(0, -3)}%253D`;
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function derive(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
