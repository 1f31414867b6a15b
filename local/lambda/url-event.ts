import type { IncomingMessage } from "node:http";
import { sourceIp } from "../gateway/source-ip";
import type { JsonObject } from "../json";
import { Local } from "../template/names";

/** Of one connection, which ends at the function URL. */
const NOT_PASSED_ON = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade"]);

/**
 * A request as a function gets it, in payload format 2.0.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export function urlEvent(request: IncomingMessage, body: Buffer): JsonObject {
  const url = request.url ?? "/";
  const at = url.indexOf("?");
  // Percent signs stay as they came: https://github.com/hotsock/voker/pull/8
  const rawPath = at < 0 ? url : url.slice(0, at);
  const rawQueryString = at < 0 ? "" : url.slice(at + 1);
  const address = sourceIp(request);
  const isText = isTextType(request.headers["content-type"] ?? "");
  const query = queryOf(rawQueryString);
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    ...cookiesOf(request),
    headers: headersOf(request, address),
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: Local.account,
      apiId: Local.apiId,
      domainName: request.headers.host ?? "",
      domainPrefix: Local.apiId,
      http: {
        method: request.method ?? "GET",
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp: address,
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId: crypto.randomUUID(),
      routeKey: "$default",
      stage: "$default",
      timeEpoch: Date.now(),
    },
    // A body that is not known to be text comes in base64.
    ...(body.length > 0 && { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

function isTextType(type: string): boolean {
  return /^text\/|^application\/(json|xml|javascript)/.test(type);
}

/** Parameters that come more than once are joined by commas. */
function queryOf(text: string): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    query[name] = query[name] === undefined ? value : `${query[name]},${value}`;
  }
  return query;
}

function cookiesOf({ headers }: IncomingMessage): { cookies?: string[] } {
  return headers.cookie ? { cookies: headers.cookie.split(/; */) } : {};
}

/** In lower case, joined by commas, with those that tell of the client. */
function headersOf(request: IncomingMessage, address: string): Record<string, string> {
  const { "x-forwarded-for": forwarded, ...given } = request.headers;
  const entries = Object.entries(given)
    .filter(([name]) => !NOT_PASSED_ON.has(name))
    .map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : String(value)]);
  return {
    ...Object.fromEntries(entries),
    "x-forwarded-for": [forwarded ?? [], address].flat().join(", "),
    "x-forwarded-proto": "https",
    "x-forwarded-port": "443",
    "x-amzn-trace-id": `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${"0".repeat(24)}`,
  };
}
