import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { readBody } from "../http";
import type { Access } from "../iam/access";
import { checkSignature, type Refusal } from "../iam/signature";
import { isObject, type Json, type JsonObject, parseJson } from "../json";
import type { Faults } from "../options";
import { arn } from "../template/names";
import { leadingKeys } from "./leading-keys";
import { addToResponse, halve } from "./partial";

interface Guard {
  readonly access: Access;
  /** How far the time of a signature may be from now. */
  readonly skewMs: number;
  /** Names of the partition keys by table. */
  readonly hashKeys: ReadonlyMap<string, string>;
  /** Counts requests by operation. */
  readonly requests: Record<string, number>;
  readonly fault: NonNullable<Faults["database"]>;
}

/** The longest wait for what is being carried out when the database closes. */
const CLOSING_MS = 1000;

/**
 * Puts IAM, and what may go wrong, in front of the database: a request is read, checked and handed on.
 *
 * @returns waits until dynalite has carried out what it was handed. It goes on when a client has left, and throws where
 *   nothing catches if its store is closed meanwhile
 */
export function guard(
  server: Server,
  { access, skewMs, hashKeys, requests, fault }: Guard,
): () => Promise<void> {
  const underWay = new Set<ServerResponse>();
  let isClosing = false;
  const handlers = server.listeners("request") as ((...args: unknown[]) => void)[];
  server.removeAllListeners("request");
  server.on("request", async (request: IncomingMessage, response: ServerResponse) => {
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "unknown";
    requests[operation] = (requests[operation] ?? 0) + 1;
    const body = await readBody(request);
    const unsigned = checkSignature(request, body, { skewMs, service: "dynamodb" });
    if (unsigned) return refuse(response, 400, TYPES[unsigned.kind], unsigned.message);
    const asked = parseJson(body.toString());
    const refusals = tablesOf(asked).map((table) => {
      const keys = leadingKeys(asked as JsonObject, table, hashKeys.get(table) ?? "");
      return access.refuses(
        request,
        `dynamodb:${operation}`,
        arn("dynamodb", `table/${table}`),
        keys,
      );
    });
    const refusal = refusals.find((text) => text !== undefined);
    if (refusal) return refuse(response, 400, `${CORAL}#AccessDeniedException`, refusal);
    const wrong = fault();
    if (wrong === "throttle") return refuse(response, 400, THROTTLED, "Rate exceeded");
    if (wrong === "fail") return refuse(response, 500, FAILED, "Internal server error");
    const { method, url } = request;
    // dynalite allows every page that names its origin to read what it answers; DynamoDB allows none.
    const { origin, "content-length": length, ...headers } = request.headers;
    const replayed = Object.assign(new PassThrough(), { method, url, headers });
    const parts = wrong === "partial" ? halve(operation, asked) : undefined;
    if (parts) addToResponse(response, parts.unprocessed);
    replayed.end(parts ? JSON.stringify(parts.part) : body);
    if (isClosing) return response.destroy();
    underWay.add(response);
    const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
    response.end = ((...args: unknown[]) => {
      underWay.delete(response);
      return wrong === "lose answer" ? response.destroy() : end(...args);
    }) as never;
    for (const handle of handlers) handle.call(server, replayed, response);
  });
  return async () => {
    isClosing = true;
    const until = performance.now() + CLOSING_MS;
    while (underWay.size > 0 && performance.now() < until) await sleep(1);
  };
}

/** The tables of a request: of one item, or of a batch. */
function tablesOf(request: Json | undefined): string[] {
  if (!isObject(request)) return [];
  if (typeof request.TableName === "string") return [request.TableName];
  return isObject(request.RequestItems) ? Object.keys(request.RequestItems) : [];
}

const CORAL = "com.amazon.coral.service";
const DYNAMODB = "com.amazonaws.dynamodb.v20120810";
const THROTTLED = `${DYNAMODB}#ThrottlingException`;
const INVALID_SIGNATURE = `${CORAL}#InvalidSignatureException`;
const TYPES: Readonly<Record<Refusal["kind"], string>> = {
  unsigned: `${CORAL}#MissingAuthenticationTokenException`,
  "unknown key": `${CORAL}#UnrecognizedClientException`,
  "wrong service": INVALID_SIGNATURE,
  expired: INVALID_SIGNATURE,
  "wrong signature": INVALID_SIGNATURE,
};
const FAILED = `${DYNAMODB}#InternalServerError`;

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
function refuse(response: ServerResponse, status: number, __type: string, message: string): void {
  response
    .writeHead(status, { "content-type": "application/x-amz-json-1.0" })
    .end(JSON.stringify({ __type, message, Message: message }));
}
