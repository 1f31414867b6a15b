import { createHash, timingSafeEqual } from "node:crypto";
import type { Server } from "node:http";
import type { Server as SocketIo } from "socket.io";
import { runRequest } from "../../host/run-request";
import { logError, logWarning } from "../../log";
import { type Answer, type HttpEvent, type HttpResult, ORIGIN_HEADER } from "./events";
import { exchange } from "./exchange";
import { requestOf } from "./request-of";
import { plainResult, resultOf, TooLarge } from "./result-of";

export interface HttpPorts {
  readonly io: SocketIo;
  /** The application's server; absent if it has none that answers requests. */
  readonly server: Server | undefined;
}

/** Kept of the invocation's time for effects that begin with the end of the answer. */
const SETTLE_MS = 1000;

/** Whether a request comes through the site in front, where there is one. */
export function isAdmitted({ headers }: HttpEvent, secret: string | undefined): boolean {
  if (secret === undefined) return true;
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(headers[ORIGIN_HEADER] ?? ""), hash(secret));
}

export function refuseStranger(): HttpResult {
  return plainResult(403, "Forbidden: expected a request through the site in front");
}

/** Lets the application answer a request, and waits for what this causes. Never throws. */
export async function handleHttp(
  { io, server }: HttpPorts,
  event: HttpEvent,
  deadline: number,
): Promise<HttpResult> {
  const { method } = event.requestContext.http;
  const route = `${method} ${event.rawPath}`;
  if (!server) return noServer(route);
  try {
    const work = () => exchange(server, requestOf(event), deadline - SETTLE_MS);
    const { value: answer, failure } = await runRequest(io, route, work, deadline);
    // The log has it already, with the route.
    if (failure) return plainResult(500, "Internal Server Error");
    return answered(answer, method, route);
  } catch (error) {
    return failed(error, route);
  }
}

function answered(answer: Answer | undefined, method: string, route: string): HttpResult {
  if (!answer) {
    logWarning("A request was not answered in time", { route });
    return plainResult(504, "Gateway Timeout: the application has not answered in time");
  }
  if (!answer.isComplete) {
    const bytes = answer.body.length;
    logWarning("An answer was ended, since a function cannot send one without an end", {
      route,
      bytes,
    });
  }
  return resultOf(answer, method);
}

function failed(error: unknown, route: string): HttpResult {
  if (error instanceof TooLarge) {
    logError("Cannot send an answer", error, { route });
    return plainResult(500, error.message);
  }
  if (isUnreadable(error)) {
    logWarning("A request was refused, since Node cannot read it", { route });
    return plainResult(400, "Bad Request");
  }
  logError("The application closed a connection without an answer", error, { route });
  return plainResult(502, "Bad Gateway: the application closed the connection without an answer");
}

/** Node's client refuses what its server would. */
function isUnreadable(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return /^ERR_(INVALID_CHAR|UNESCAPED_CHARACTERS|INVALID_HTTP_TOKEN)$/.test(code ?? "");
}

function noServer(route: string): HttpResult {
  const message = "the application has told no HTTP server to listen that answers requests";
  logWarning(`Cannot answer a request: ${message}`, { route });
  return plainResult(404, `Not Found: ${message}`);
}
