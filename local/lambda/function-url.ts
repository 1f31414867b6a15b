import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { readBody } from "../http";
import { checkSignature } from "../iam/signature";
import { isObject, type JsonObject, parseJson } from "../json";
import type { FunctionUrlModel } from "../template/model";
import { isThrottled, type LambdaFunction } from "./function";
import { urlEvent } from "./url-event";

/** Largest event that a function is invoked with: a body of bytes, which comes in base64, may have three quarters. */
const MAX_BYTES = 6 * 1024 * 1024;
/** Headers of answers that a function URL sends under another name. https://github.com/cargo-lambda/cargo-lambda/issues/862 */
const REMAPPED = /^(connection|content-length|date|www-authenticate)$/i;

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
  const event = urlEvent(request, body);
  if (isTooLarge(event, body)) {
    return respond(response, 413, { Message: "Request too large" });
  }
  const result = await target.invoke(event);
  if (isThrottled(result)) {
    return respond(response, 429, { Message: "Rate Exceeded.", Type: "User" });
  }
  if (!result.ok) return respond(response, 502, { Message: "Internal Server Error" });
  const payload = parseJson(result.payload);
  if (!isObject(payload) || typeof payload.statusCode !== "number") {
    // Whatever has no status code is a body with 200.
    return respond(response, 200, payload ?? null);
  }
  send(request, response, payload);
}

/** Most bodies are known to be small: a byte becomes six at most, as `\u0001`. */
function isTooLarge(event: JsonObject, body: Buffer): boolean {
  if (body.length < MAX_BYTES / 8) return false;
  return Buffer.byteLength(JSON.stringify(event)) > MAX_BYTES;
}

/** What the function has answered, as the client gets it. */
function send(request: IncomingMessage, response: ServerResponse, payload: JsonObject): void {
  const text = typeof payload.body === "string" ? payload.body : "";
  const bytes = Buffer.from(text, payload.isBase64Encoded === true ? "base64" : "utf8");
  for (const [name, value] of Object.entries((payload.headers ?? {}) as Record<string, unknown>)) {
    response.setHeader(REMAPPED.test(name) ? `x-amzn-remapped-${name}` : name, String(value));
  }
  const cookies = Array.isArray(payload.cookies) ? payload.cookies.map(String) : [];
  if (cookies.length > 0) response.setHeader("set-cookie", cookies);
  const status = payload.statusCode as number;
  const hasBody = request.method !== "HEAD" && status !== 204 && status !== 304;
  if (hasBody) response.setHeader("content-length", bytes.length);
  response.writeHead(status).end(hasBody ? bytes : undefined);
}

function respond(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}
