import type { IncomingMessage, ServerResponse } from "node:http";
import { isObject, type Json, type JsonObject } from "../json";
import { listOf } from "./viewer-request";

/** An answer of an origin, or of CloudFront itself. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** What a function at the edge answers. */
export function generated({ statusCode, headers, body }: JsonObject): Answer {
  const { data, encoding } = isObject(body) ? body : { data: body ?? "", encoding: "text" };
  const bytes = Buffer.from(String(data ?? ""), encoding === "base64" ? "base64" : "utf8");
  const answer = { status: Number(statusCode), headers: headersOf(headers), body: bytes };
  return withHeaders(answer, "FunctionGeneratedResponse from cloudfront");
}

/** The headers that a function gives an answer; a repeated one keeps all of its values. */
export function headersOf(given: Json | undefined): Answer["headers"] {
  const headers: Record<string, string[]> = {};
  for (const [name, value] of listOf(given)) headers[name] = [...(headers[name] ?? []), value];
  return headers;
}

/** What CloudFront answers by itself. */
export function failure(status: number, text: string): Answer {
  const body = `<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD><BODY><H1>${status} ERROR</H1>${text}</BODY></HTML>`;
  const headers = { "content-type": "text/html", server: "CloudFront" };
  return withHeaders({ status, headers, body: Buffer.from(body) }, "Error from cloudfront");
}

/** An answer with the headers of CloudFront. */
export function withHeaders(answer: Answer, cache: string): Answer {
  const own = {
    via: "1.1 local.cloudfront.net (CloudFront)",
    "x-amz-cf-id": crypto.randomUUID(),
    "x-amz-cf-pop": "LOCAL",
    "x-cache": cache,
  };
  return { ...answer, headers: { ...answer.headers, ...own } };
}

/** Sends an answer to the client. */
export function send(response: ServerResponse, { method }: IncomingMessage, answer: Answer): void {
  const { status, headers, body } = answer;
  for (const [name, value] of Object.entries(headers)) {
    response.setHeader(name, typeof value === "string" ? value : [...value]);
  }
  const isEmpty = status === 204 || status === 304;
  if (!isEmpty && method !== "HEAD") response.setHeader("content-length", body.length);
  response.writeHead(status).end(isEmpty || method === "HEAD" ? undefined : body);
}
