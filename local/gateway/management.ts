import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../http";
import type { Access } from "../iam/access";
import { checkSignature, type Refusal } from "../iam/signature";
import type { Faults, Limits, Post, Timings } from "../options";
import { arn } from "../template/names";
import type { TokenBucket } from "../token-bucket";
import type { Connection } from "./connection";
import { isConnectionId } from "./ids";

/** What the management API needs of the gateway. */
export interface ManagementOptions {
  readonly limits: Limits;
  readonly timings: Timings;
  /** Shared with inbound frames: both draw on the account's throttle. */
  readonly throttle: TokenBucket;
  readonly access: Access;
  /** `{apiId}/{stage}`, as in ARNs. */
  readonly stageArn: string;
  readonly connection: (id: string) => Connection | undefined;
  readonly onPost: (post: Post) => void;
  /** What goes wrong with a post. @default - nothing */
  readonly fault?: NonNullable<Faults["post"]>;
}

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly message?: string;
  readonly json?: object;
}

/**
 * Answers `/{stage}/@connections/{id}`: POST sends, GET describes, DELETE closes.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export async function answerManagement(
  request: IncomingMessage,
  response: ServerResponse,
  encodedId: string,
  options: ManagementOptions,
): Promise<void> {
  const body = await readBody(request);
  const fault = request.method === "POST" ? options.fault?.() : undefined;
  if (fault === "reset") return void request.socket.destroy();
  const answer =
    typeof fault === "number" ? faulty(fault) : handle(request, body, encodedId, options);
  if (fault === "lose answer") return void request.socket.destroy();
  if (request.method === "POST") {
    options.onPost({ connectionId: decode(encodedId) ?? encodedId, status: answer.status, body });
  }
  const text = answer.json ? JSON.stringify(answer.json) : messageText(answer.message);
  response.writeHead(answer.status, {
    ...(answer.type && { "x-amzn-errortype": answer.type }),
    ...(text && { "content-type": "application/json" }),
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html */
const TYPES: Readonly<Record<Refusal["kind"], string>> = {
  unsigned: "ForbiddenException",
  "wrong service": "ForbiddenException",
  expired: "ForbiddenException",
  "unknown key": "UnrecognizedClientException",
  "wrong signature": "InvalidSignatureException",
};

function handle(
  request: IncomingMessage,
  body: Buffer,
  encodedId: string,
  options: ManagementOptions,
): Answer {
  const { signatureSkewMs: skewMs } = options.timings;
  const refusal = checkSignature(request, body, { skewMs, service: "execute-api" });
  if (refusal) return { status: 403, type: TYPES[refusal.kind], message: refusal.message };
  const resource = arn(
    "execute-api",
    `${options.stageArn}/${request.method}/@connections/${encodedId}`,
  );
  const denied = options.access.refuses(request, "execute-api:ManageConnections", resource);
  if (denied) return { status: 403, type: "ForbiddenException", message: denied };
  const id = decode(encodedId);
  if (id === undefined || !isConnectionId(id)) {
    return {
      status: 400,
      type: "BadRequestException",
      message: `Invalid connectionId: ${encodedId}`,
    };
  }
  if (!options.throttle.take()) return tooMany("Too Many Requests");
  const connection = options.connection(id);
  // Before its 101 has left, a connection does not exist for this API.
  if (connection === undefined || !connection.isOpen) return { status: 410, type: "GoneException" };
  switch (request.method) {
    case "POST":
      return post(connection, body, options.limits);
    case "GET":
      return { status: 200, json: describe(connection) };
    case "DELETE":
      // Code and reason cannot be chosen.
      connection.close({ code: 1000, reason: "Connection Closed Normally" }, "");
      return { status: 204 };
    default:
      return { status: 403, type: "ForbiddenException", message: "Forbidden" };
  }
}

function post(connection: Connection, body: Buffer, limits: Limits): Answer {
  if (body.length > limits.messageBytes) {
    return { status: 413, type: "PayloadTooLargeException", message: "Message too long" };
  }
  // Always a text frame. What AWS makes of bytes that are not UTF-8 is unknown; clients would refuse them.
  const outcome = connection.send(isUtf8(body) ? body : body.toString());
  if (outcome === "full") return tooMany("The connection's client-side buffer is full");
  return outcome === "gone" ? { status: 410, type: "GoneException" } : { status: 200 };
}

function describe(connection: Connection): object {
  return {
    connectedAt: new Date(connection.connectedAt).toISOString(),
    identity: connection.identity,
    lastActiveAt: new Date(connection.lastActiveAt).toISOString(),
  };
}

function faulty(status: 429 | 500): Answer {
  if (status === 429) return tooMany("Too Many Requests");
  return { status, type: "InternalServerErrorException", message: "Internal server error" };
}

function tooMany(message: string): Answer {
  return { status: 429, type: "LimitExceededException", message };
}

function messageText(message: string | undefined): string {
  return message === undefined ? "" : JSON.stringify({ message });
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
