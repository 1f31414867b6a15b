import { createHash, createHmac } from "node:crypto";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SignatureV4 } from "@smithy/signature-v4";

/** Longest wait for an answer of a control plane. */
const TIMEOUT_MS = 15_000;

/** https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-table.html */
const SDK_NAMES: Readonly<Record<string, string>> = {
  monitoring: "CLOUDWATCH",
  logs: "CLOUDWATCH_LOGS",
};

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

interface Call {
  readonly service: string;
  readonly method: string;
  /** Path, with a query if there is one. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Signed requests to the few APIs that the probes and the console ask now and then, in place of seven SDK clients. Untried
 * on AWS. As for the SDK, `AWS_ENDPOINT_URL_<SERVICE>` leads elsewhere.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export class AwsCalls {
  /** The SDK finds Region and credentials as it always does: variables, profile, SSO, roles. */
  readonly sqs = new SQSClient({});

  region(): Promise<string> {
    return this.sqs.config.region();
  }

  keys(): Promise<Keys> {
    return this.sqs.config.credentials() as Promise<Keys>;
  }

  /** The query protocol: a form in, XML out. */
  async query(
    service: string,
    version: string,
    action: string,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const body = new URLSearchParams({
      Action: action,
      Version: version,
      ...parameters,
    }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return await this.#send({ service, method: "POST", path: "/", headers, body });
  }

  /** The JSON protocol, which names its operation in a header. */
  async json<T>(service: string, target: string, input: object): Promise<T> {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
    const body = JSON.stringify(input);
    const text = await this.#send({ service, method: "POST", path: "/", headers, body });
    return (text === "" ? {} : JSON.parse(text)) as T;
  }

  /** A REST API that speaks JSON. */
  async rest<T>(service: string, method: string, path: string, input?: object): Promise<T> {
    const headers = { "content-type": "application/json" };
    const body = input === undefined ? {} : { body: JSON.stringify(input) };
    const text = await this.#send({ service, method, path, headers, ...body });
    return (text === "" ? {} : JSON.parse(text)) as T;
  }

  async #send({ service, method, path, headers = {}, body = "" }: Call): Promise<string> {
    const region = await this.region();
    const elsewhere =
      process.env[`AWS_ENDPOINT_URL_${SDK_NAMES[service] ?? service.toUpperCase()}`];
    const url = new URL(path, elsewhere ?? `https://${service}.${region}.amazonaws.com`);
    const credentials = await this.keys();
    const signer = new SignatureV4({ service, region, credentials, sha256: Hash });
    const signed = await signer.sign({
      ...{ method, protocol: url.protocol, hostname: url.hostname, path: url.pathname, body },
      query: Object.fromEntries(url.searchParams),
      headers: { host: url.host, ...headers },
    });
    const { host: _, ...sent } = signed.headers;
    const answer = await fetch(url, {
      ...{ method, headers: sent, signal: AbortSignal.timeout(TIMEOUT_MS) },
      ...(body === "" ? {} : { body }),
    });
    const text = await answer.text();
    if (answer.ok) return text;
    throw new Error(`${service} ${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
  }
}

/** The hash that the SDK's signer wants to be given. */
class Hash {
  readonly #hash;
  constructor(secret?: unknown) {
    this.#hash = secret ? createHmac("sha256", secret as Buffer) : createHash("sha256");
  }
  update(data: unknown): void {
    this.#hash.update(data as Buffer);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

/** Texts of an element in XML of AWS, which nests no element of the same name for what is read here. */
export function textsOf(xml: string, element: string): string[] {
  const pattern = new RegExp(`<${element}>([^<]*)</${element}>`, "g");
  return [...xml.matchAll(pattern)].map(([, text]) => text as string);
}
