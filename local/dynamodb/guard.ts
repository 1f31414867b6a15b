import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import { readBody } from "../http";
import type { Access } from "../iam/access";
import { isObject, type Json, parseJson } from "../json";
import { arn } from "../template/names";

/**
 * Puts IAM in front of the database: a request is read, checked and handed on as it came. Counts requests
 * by operation.
 */
export function guard(server: Server, access: Access, requests: Record<string, number>): void {
  const handlers = server.listeners("request") as ((...args: unknown[]) => void)[];
  server.removeAllListeners("request");
  server.on("request", async (request: IncomingMessage, response: ServerResponse) => {
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "unknown";
    requests[operation] = (requests[operation] ?? 0) + 1;
    const body = await readBody(request);
    const refusals = tablesOf(parseJson(body.toString())).map((table) =>
      access.refuses(request, `dynamodb:${operation}`, arn("dynamodb", `table/${table}`)),
    );
    const refusal = refusals.find((text) => text !== undefined);
    if (refusal) return refuse(response, refusal);
    const { method, url, headers } = request;
    const replayed = Object.assign(new PassThrough(), { method, url, headers });
    replayed.end(body);
    for (const handle of handlers) handle.call(server, replayed, response);
  });
}

/** The tables of a request: of one item, or of a batch. */
function tablesOf(request: Json | undefined): string[] {
  if (!isObject(request)) return [];
  if (typeof request.TableName === "string") return [request.TableName];
  return isObject(request.RequestItems) ? Object.keys(request.RequestItems) : [];
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
function refuse(response: ServerResponse, Message: string): void {
  const __type = "com.amazon.coral.service#AccessDeniedException";
  response
    .writeHead(400, { "content-type": "application/x-amz-json-1.0" })
    .end(JSON.stringify({ __type, Message }));
}
