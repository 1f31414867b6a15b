import { createHash, createHmac } from "node:crypto";

/** A call of one of AWS's JSON services. */
export interface JsonCall {
  readonly service: string;
  readonly region: string;
  readonly host: string;
  /** `AmazonSSM.GetParameters` */
  readonly target: string;
  readonly body: string;
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) =>
  createHmac("sha256", key).update(text).digest();

/**
 * The headers of a call by Signature Version 4. Two calls at a start are worth no client of the SDK, which takes 100 KB.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signCall(call: JsonCall, keys: Keys, now: Date): Record<string, string> {
  const { service, region, host, target, body } = call;
  const time = now.toISOString().replace(/[:-]|\.\d{3}/g, "");
  const headers: Record<string, string> = {
    "content-type": "application/x-amz-json-1.1",
    host,
    "x-amz-date": time,
    ...(keys.sessionToken && { "x-amz-security-token": keys.sessionToken }),
    "x-amz-target": target,
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join("");
  const request = ["POST", "/", "", lines, names.join(";"), sha256(body)].join("\n");
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${keys.secretAccessKey}`);
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(request)].join("\n");
  const signature = hmac(key, text).toString("hex");
  const credential = `Credential=${keys.accessKeyId}/${scope}`;
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { ...headers, authorization };
}
