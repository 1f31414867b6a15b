import type { IncomingMessage } from "node:http";
import type { JsonObject } from "../json";
import type { ApiModel } from "../template/model";
import type { Connection } from "./connection";
import { createId } from "./ids";
import { sourceIp } from "./source-ip";

/** What differs between the requests of one connection. */
interface Request {
  readonly routeKey: string;
  readonly eventType: "CONNECT" | "MESSAGE" | "DISCONNECT";
  readonly extra?: JsonObject;
}

/** `requestContext` of proxy events, and `$context` of mapping templates. */
export function requestContext(
  api: ApiModel,
  connection: Connection,
  request: Request,
): JsonObject {
  const now = Date.now();
  const requestId = createId();
  return {
    routeKey: request.routeKey,
    ...request.extra,
    eventType: request.eventType,
    extendedRequestId: requestId,
    requestTime: commonLogTime(now),
    messageDirection: "IN",
    stage: api.stage,
    connectedAt: connection.connectedAt,
    requestTimeEpoch: now,
    identity: { ...connection.identity },
    requestId,
    domainName: connection.host,
    connectionId: connection.id,
    apiId: api.id,
  };
}

/** The event of `$connect`; `Connection` and `Upgrade` are not among its headers. */
export function connectEvent(
  context: JsonObject,
  request: IncomingMessage,
  port: number,
): JsonObject {
  const headers = headersOf(request);
  headers.set("X-Amzn-Trace-Id", [traceId()]);
  headers.set("X-Forwarded-For", [sourceIp(request)]);
  headers.set("X-Forwarded-Port", [String(port)]);
  headers.set("X-Forwarded-Proto", ["http"]);
  return {
    headers: lastValues(headers),
    multiValueHeaders: Object.fromEntries(headers),
    ...queryOf(request),
    requestContext: context,
    isBase64Encoded: false,
  };
}

/** The event of a frame: no headers, no query. */
export function messageEvent(context: JsonObject, body: string): JsonObject {
  return { requestContext: context, body, isBase64Encoded: false };
}

/** The event of `$disconnect`; it carries these four headers and nothing of the handshake. */
export function disconnectEvent(context: JsonObject, host: string): JsonObject {
  const headers = { Host: host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" };
  const multiValueHeaders = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value]]),
  );
  return { headers, multiValueHeaders, requestContext: context, isBase64Encoded: false };
}

/** Names keep the case in which the client wrote them. */
function headersOf(request: IncomingMessage): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  const { rawHeaders } = request;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (/^(connection|upgrade)$/i.test(name)) continue;
    headers.set(name, [...(headers.get(name) ?? []), rawHeaders[index + 1]!]);
  }
  return headers;
}

/** Both objects are absent, not empty, when there is no query. */
function queryOf(request: IncomingMessage): JsonObject {
  const query = new Map<string, string[]>();
  const [, search = ""] = (request.url ?? "").split("?", 2);
  for (const [name, value] of new URLSearchParams(search)) {
    query.set(name, [...(query.get(name) ?? []), value]);
  }
  if (query.size === 0) return {};
  return {
    queryStringParameters: lastValues(query),
    multiValueQueryStringParameters: Object.fromEntries(query),
  };
}

function lastValues(values: ReadonlyMap<string, string[]>): Record<string, string> {
  return Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1) ?? ""]));
}

/** `14/Nov/2026:09:30:03 +0000` */
function commonLogTime(epochMs: number): string {
  const [, day, month, year, time] = new Date(epochMs).toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}

function traceId(): string {
  const random = () =>
    Math.floor(Math.random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${random()}${random()}${random()}`;
}
