import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Local } from "../template/names";

/** Why a request is refused; each service says it in words of its own. */
export interface Refusal {
  readonly kind: "unsigned" | "unknown key" | "wrong service" | "expired" | "wrong signature";
  readonly message: string;
}

/** What a service expects of the signatures that it checks. */
export interface SignatureRules {
  /** How far a request's time may be from now. */
  readonly skewMs: number;
  readonly service: "dynamodb" | "sqs" | "execute-api" | "lambda";
}

const authorizationForm =
  /^AWS4-HMAC-SHA256 +Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, *SignedHeaders=([^,]+), *Signature=([0-9a-f]+)$/;

let cachedKey: { readonly scope: string; readonly key: Buffer } | undefined;

/**
 * Checks Signature Version 4 of a request. There is one access key, the stack's own; every other is unknown.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function checkSignature(
  request: IncomingMessage,
  body: Buffer,
  { skewMs, service: expected }: SignatureRules,
): Refusal | undefined {
  const parsed = authorizationForm.exec(request.headers.authorization ?? "");
  if (parsed === null) return refusal("unsigned", "Missing Authentication Token");
  const [, accessKeyId = "", day = "", region = "", service = "", names = "", signature = ""] =
    parsed;
  if (service !== expected) {
    const message = `Credential should be scoped to correct service: '${expected}', got '${service}'`;
    return refusal("wrong service", message);
  }
  const stamp = String(request.headers["x-amz-date"] ?? "");
  const signedAt = Date.parse(
    stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
  if (!(Math.abs(Date.now() - signedAt) <= skewMs) || !stamp.startsWith(day)) {
    return refusal("expired", `Signature expired: ${stamp} is too far from now`);
  }
  if (accessKeyId !== Local.accessKeyId) {
    return refusal("unknown key", "The security token included in the request is invalid.");
  }
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = [
    "AWS4-HMAC-SHA256",
    stamp,
    scope,
    sha256(canonicalRequest(request, body, names)),
  ].join("\n");
  if (hmac(signingKey(scope), text).toString("hex") === signature) return undefined;
  return refusal(
    "wrong signature",
    "The request signature we calculated does not match the signature you provided.",
  );
}

function refusal(kind: Refusal["kind"], message: string): Refusal {
  return { kind, message };
}

function canonicalRequest(request: IncomingMessage, body: Buffer, signedHeaders: string): string {
  const [path = "", query = ""] = (request.url ?? "").split("?", 2);
  const headers = signedHeaders.split(";").map(
    (name) =>
      `${name}:${String(request.headers[name] ?? "")
        .trim()
        .replace(/ +/g, " ")}\n`,
  );
  return [
    request.method,
    // Every service but S3 encodes the path once more than it is sent: %3D becomes %253D.
    path.split("/").map(encodeURIComponent).join("/"),
    query.split("&").sort().join("&"),
    headers.join(""),
    signedHeaders,
    sha256(body),
  ].join("\n");
}

/** Derived keys hold for a day, a Region and a service. */
function signingKey(scope: string): Buffer {
  if (cachedKey?.scope === scope) return cachedKey.key;
  const key = scope
    .split("/")
    .reduce<Buffer>(
      (secret, part) => hmac(secret, part),
      Buffer.from(`AWS4${Local.secretAccessKey}`),
    );
  cachedKey = { scope, key };
  return key;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}
