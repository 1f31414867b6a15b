import { request as httpRequest, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { setSourceIp } from "../gateway/source-ip";
import { isOfStage } from "../gateway/stage-path";
import { readBody } from "../http";
import type { Buckets } from "../s3/buckets";
import type { Answer } from "./answer";
import type { Origins } from "./cloudfront";
import type { OriginModel } from "./model";
import type { OriginRequest } from "./origin-request";

/** From where API Gateway sees requests of CloudFront: an address of no client (RFC 5737). */
const EDGE = "192.0.2.1";

/** What a stack has behind a distribution. */
export interface StackOrigins {
  /** Host of the WebSocket API. */
  readonly apiDomain: string;
  readonly stage: string;
  readonly upgrade: (request: IncomingMessage, stream: Duplex, head: Buffer) => void;
  readonly buckets: Buckets;
}

/** Finds what a stack has behind a distribution by the hosts of its origins. */
export function createOrigins({ apiDomain, stage, upgrade, buckets }: StackOrigins): Origins {
  return {
    async answer(origin, request, incoming, distribution) {
      if (origin.domain === apiDomain) return notUpgraded(request, stage);
      const bucket = buckets.find(origin.domain);
      if (!bucket) return forward(origin, request, incoming);
      const signer = { service: "cloudfront.amazonaws.com", sourceArn: distribution.arn };
      return buckets.answer(bucket, {
        method: request.method,
        path: request.url.split("?", 1)[0] ?? "/",
        headers: Object.fromEntries(
          Object.entries(request.headers).map(([name, values]) => [name, values.join(", ")]),
        ),
        ...(origin.isSigned && { signer }),
      });
    },
    upgrade(origin, request, incoming, stream, head) {
      if (origin.domain !== apiDomain) return false;
      upgrade(asSeenByOrigin(incoming, request), stream, head);
      return true;
    },
  };
}

/** API Gateway's answer to a request that asks for no WebSocket. */
function notUpgraded(request: OriginRequest, stage: string): Answer {
  const isStage = isOfStage(request, stage);
  const body = Buffer.from(JSON.stringify({ message: isStage ? "Upgrade Required" : "Forbidden" }));
  return {
    status: isStage ? 426 : 403,
    headers: { "content-type": "application/json" },
    body,
  };
}

/** The handshake that CloudFront begins with an origin in place of the client. */
function asSeenByOrigin(
  incoming: IncomingMessage,
  { url, headers }: OriginRequest,
): IncomingMessage {
  const all = { ...headers, connection: ["Upgrade"], upgrade: ["websocket"] };
  incoming.url = url;
  incoming.rawHeaders = Object.entries(all).flatMap(([name, values]) =>
    values.flatMap((value) => [name, value]),
  );
  incoming.headers = Object.fromEntries(
    Object.entries(all).map(([name, values]) => [name, values.join(", ")]),
  );
  setSourceIp(incoming, EDGE);
  return incoming;
}

/** They are about one connection, or said anew. */
const NOT_PASSED = /^(connection|keep-alive|transfer-encoding|content-length|trailer|upgrade)$/;

async function forward(
  { domain, timeoutMs }: OriginModel,
  { method, url, headers }: OriginRequest,
  incoming: IncomingMessage,
): Promise<Answer> {
  const body = await readBody(incoming);
  const [host = "", port = "80"] = domain.split(":");
  return new Promise((resolve, reject) => {
    const sent = httpRequest({
      ...{ host, port: Number(port), method, path: url },
      headers: {
        ...Object.fromEntries(
          Object.entries(headers).map(([name, values]) => [
            name,
            values.length === 1 ? values[0] : [...values],
          ]),
        ),
        ...((body.length > 0 || headers["content-length"]) && { "content-length": body.length }),
      },
    });
    const isLate = () => sent.destroy(Object.assign(new Error("timeout"), { code: "ETIMEDOUT" }));
    const timer = setTimeout(isLate, timeoutMs);
    sent.on("close", () => clearTimeout(timer));
    sent.on("error", reject);
    sent.on("response", (response) => {
      readBody(response)
        .then((bytes) => resolve({ ...headersOf(response), body: bytes }))
        .catch(reject);
    });
    sent.end(body);
  });
}

function headersOf({ statusCode = 502, headersDistinct }: IncomingMessage): Omit<Answer, "body"> {
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    NOT_PASSED.test(name) ? [] : [[name, values.length === 1 ? values[0]! : values] as const],
  );
  return { status: statusCode, headers: Object.fromEntries(headers) };
}
