import { SQSClient } from "@aws-sdk/client-sqs";
import { type Keys, signed } from "./sign";

/** An answer of AWS that refuses a request. */
export class AwsError extends Error {
  constructor(
    message: string,
    /** Such as `AccessDenied`. */
    readonly code: string,
    /** What AWS says to people. */
    readonly said: string,
  ) {
    super(message);
  }
}

/** Longest wait for an answer of a control plane. */
const TIMEOUT_MS = 15_000;

interface Call {
  readonly service: string;
  readonly method: string;
  /** Path, with a query if there is one. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Signed requests to the few APIs that commands and probes ask, in place of seven SDK clients. Untried on AWS.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export class AwsCalls {
  /** The SDK finds Region and credentials as it always does: variables, profile, SSO, roles. */
  readonly sqs = new SQSClient({});

  /** @param given keys of a role in place of those that the SDK finds */
  constructor(private readonly given?: Keys) {}

  region(): Promise<string> {
    return this.sqs.config.region();
  }

  async keys(): Promise<Keys> {
    return this.given ?? ((await this.sqs.config.credentials()) as Keys);
  }

  /** The same as a role. */
  async assume(RoleArn: string): Promise<AwsCalls> {
    const parameters = { RoleArn, RoleSessionName: "lambda-rooms" };
    const xml = await this.query("sts", "2011-06-15", "AssumeRole", parameters);
    const one = (element: string) => textsOf(xml, element)[0] ?? "";
    return new AwsCalls({
      accessKeyId: one("AccessKeyId"),
      secretAccessKey: one("SecretAccessKey"),
      sessionToken: one("SessionToken"),
    });
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
    const url = new URL(path, endpointOf(service, region));
    const keys = await this.keys();
    const answer = await fetch(url, {
      method,
      headers: signed({ method, url, headers, body }, keys, { service, region, now: new Date() }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === "" ? {} : { body }),
    });
    const text = await answer.text();
    if (answer.ok) return text;
    const { code, said } = readRefusal(text, answer.headers.get("x-amzn-errortype") ?? "");
    const message = `${service} ${method} ${path}: ${answer.status} ${text.slice(0, 300)}`;
    throw new AwsError(message, code, said);
  }
}

/** Another endpoint for all services or for one, as the SDKs take it. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
function endpointOf(service: string, region: string): string {
  const { env } = process;
  const own = env[`AWS_ENDPOINT_URL_${NAMES[service] ?? service.toUpperCase()}`];
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return own ?? env.AWS_ENDPOINT_URL ?? `https://${service}.${region}.${domain}`;
}

/** Names of services in these variables, where they differ from the host's. */
const NAMES: Readonly<Record<string, string>> = {
  logs: "CLOUDWATCH_LOGS",
  monitoring: "CLOUDWATCH",
  apigateway: "API_GATEWAY",
};

/** XML of the query protocol, or JSON of the others. */
function readRefusal(text: string, header: string): { code: string; said: string } {
  const [code] = textsOf(text, "Code");
  if (code !== undefined) return { code, said: unescaped(textsOf(text, "Message")[0] ?? "") };
  let body: Readonly<Record<string, unknown>> = {};
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy's page says nothing of this form.
  }
  const type = String(body.__type ?? header);
  const said = String(body.message ?? body.Message ?? text.slice(0, 300));
  return { code: type.replace(/^.*#|:.*$/g, ""), said };
}

/** A text of XML. */
export function unescaped(text: string): string {
  const characters: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'" };
  return text
    .replace(/&(lt|gt|quot|apos);/g, (all, name: string) => characters[name] ?? all)
    .replace(/&#(x?)([0-9a-fA-F]+);/g, (_, hex: string, digits: string) =>
      String.fromCodePoint(Number.parseInt(digits, hex ? 16 : 10)),
    )
    .replaceAll("&amp;", "&");
}

/** Texts of an element in XML of AWS, which nests no element of the same name for what is read here. */
export function textsOf(xml: string, element: string): string[] {
  const pattern = new RegExp(`<${element}>([^<]*)</${element}>`, "g");
  return [...xml.matchAll(pattern)].map(([, text]) => text as string);
}
