import type { Server } from "node:http";
import type { RequestRun } from "../../host/run-request";
import { logError, logWarning } from "../../log";
import type { Answer, HttpEvent, HttpResult } from "./events";
import { exchange } from "./exchange";
import { requestOf } from "./request-of";
import { plainResult, resultOf, TooLarge } from "./result-of";

type Answered = Answer | undefined;

/** Runs what the application does for a request, and waits for what this causes. */
export type RunRoute = (
  route: string,
  work: () => Promise<Answered>,
) => Promise<RequestRun<Answered>>;

/**
 * Lets a server of the application answer a request. Never throws.
 *
 * @param deadline when the connection is cut, epoch milliseconds
 */
export async function answerBy(
  server: Server | undefined,
  event: HttpEvent,
  deadline: number,
  run: RunRoute,
): Promise<HttpResult> {
  const { method } = event.requestContext.http;
  const route = `${method} ${event.rawPath}`;
  if (!server) return noServer(route);
  try {
    const work = () => exchange(server, requestOf(event), deadline);
    const { value: answer, failure } = await run(route, work);
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
