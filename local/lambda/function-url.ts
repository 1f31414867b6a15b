import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { readBody } from "../http";
import { checkSignature } from "../iam/signature";
import { isObject, type JsonObject, parseJson } from "../json";
import type { FunctionUrlModel } from "../template/model";
import { Local } from "../template/names";
import { isThrottled, type LambdaFunction } from "./function";

/** Largest request that a function is invoked with. */
const MAX_BYTES = 6 * 1024 * 1024;

/** What a function URL needs once the stack has started. */
export interface FunctionUrlTarget {
  readonly model: FunctionUrlModel;
  readonly target: LambdaFunction;
  readonly signatureSkewMs: number;
}

/**
 * The server of one function URL: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 *
 * @param find the function behind it; absent until the stack has started
 */
export function createFunctionUrlServer(find: () => FunctionUrlTarget | undefined): Server {
  return createServer((request, response) => {
    const found = find();
    if (!found) return respond(response, 503, { Message: "Service Unavailable" });
    answer(request, response, found).catch(() => response.destroy());
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { model, target, signatureSkewMs }: FunctionUrlTarget,
): Promise<void> {
  const body = await readBody(request);
  if (model.authType !== "NONE") {
    const refusal = checkSignature(request, body, { skewMs: signatureSkewMs, service: "lambda" });
    if (refusal) return respond(response, 403, { Message: "Forbidden" });
  }
  if (body.length > MAX_BYTES) return respond(response, 413, { Message: "Request too large" });
  const result = await target.invoke(urlEvent(request, body));
  if (isThrottled(result)) {
    return respond(response, 429, { Message: "Rate Exceeded.", Type: "User" });
  }
  if (!result.ok) return respond(response, 502, { Message: "Internal Server Error" });
  const payload = parseJson(result.payload);
  if (!isObject(payload) || typeof payload.statusCode !== "number") {
    // Whatever has no status code is a body with 200.
    return respond(response, 200, payload ?? null);
  }
  const text = typeof payload.body === "string" ? payload.body : "";
  const bytes = Buffer.from(text, payload.isBase64Encoded === true ? "base64" : "utf8");
  response.writeHead(payload.statusCode, { ...(payload.headers as Record<string, string>) });
  response.end(bytes);
}

/** Payload format 2.0. A body that is not known to be text comes in base64. */
function urlEvent(request: IncomingMessage, body: Buffer): JsonObject {
  const [rawPath = "/", rawQueryString = ""] = (request.url ?? "/").split("?", 2);
  const type = request.headers["content-type"] ?? "";
  const isText = /^text\/|^application\/(json|xml|javascript)/.test(type);
  const query = [...new URLSearchParams(rawQueryString)];
  const now = Date.now();
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    ...(query.length > 0 && { queryStringParameters: Object.fromEntries(query) }),
    requestContext: {
      accountId: Local.account,
      apiId: Local.apiId,
      domainName: request.headers.host ?? "",
      domainPrefix: Local.apiId,
      http: {
        method: request.method ?? "GET",
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId: crypto.randomUUID(),
      routeKey: "$default",
      stage: "$default",
      timeEpoch: now,
    },
    ...(body.length > 0 && { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

function respond(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}
