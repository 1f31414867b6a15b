import { logError } from "../log";
import type { Middleware, UpgradeEngine } from "../ports";
import type { UpgradeRequest } from "./request";
import { UpgradeResponse } from "./response";

/** What an application's locks say of one upgrade. */
export type Verdict =
  | { readonly ok: true; readonly setsCookie: boolean }
  /** @param statusCode becomes the answer to the upgrade */
  | { readonly ok: false; readonly statusCode: number; readonly message: string };

const Status = { badRequest: 400, forbidden: 403, failed: 500, tooLate: 504 } as const;
/** Codes of Engine.IO's errors: https://github.com/socketio/socket.io, `engine.io/lib/server.ts`. */
const Code = { badRequest: 3, forbidden: 4 } as const;

/**
 * Runs what an application keeps clients out with, in the order of Engine.IO: its middlewares, then `allowRequest`.
 *
 * @param deadline until when they may take, epoch milliseconds
 */
export async function runLocks(
  engine: UpgradeEngine,
  request: UpgradeRequest,
  deadline: number,
): Promise<Verdict> {
  const response = new UpgradeResponse(request);
  const at = { place: () => "" };
  const answered = response.refused.then((statusCode) =>
    refuse(statusCode, `answered ${statusCode}`, at),
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Verdict>((resolve) => {
    const give = () => resolve(refuse(Status.tooLate, "has not called `next` in time", at));
    timer = setTimeout(give, Math.max(0, deadline - Date.now()));
  });
  try {
    return await Promise.race([answered, late, judge(engine, request, response, at)]);
  } finally {
    clearTimeout(timer);
  }
}

/** Which lock is at work, for messages. */
interface At {
  place: () => string;
}

function refuse(statusCode: number, what: string, { place }: At): Verdict {
  return {
    ok: false,
    statusCode,
    message: `The application refused a connection: ${place()} ${what}`,
  };
}

async function judge(
  engine: UpgradeEngine,
  request: UpgradeRequest,
  response: UpgradeResponse,
  at: At,
): Promise<Verdict> {
  for (const middleware of engine.middlewares) {
    at.place = middleware.place;
    const outcome = await runOne(middleware.run, request, response);
    if (outcome === undefined) continue;
    if ("thrown" in outcome) return fail(outcome.thrown, at);
    tell(engine, request, Code.badRequest, { name: "MIDDLEWARE_FAILURE" });
    return refuse(Status.badRequest, `called \`next\` with ${describe(outcome.error)}`, at);
  }
  const { allowRequest } = engine.opts;
  if (allowRequest) {
    at.place = () => "`allowRequest`";
    const outcome = await ask(allowRequest, request);
    if ("thrown" in outcome) return fail(outcome.thrown, at);
    if (!outcome.isAllowed) {
      tell(engine, request, Code.forbidden, { message: outcome.message });
      return refuse(Status.forbidden, `answered ${describe(outcome.message)}`, at);
    }
  }
  // What middlewares set when headers are written, as `express-session` does, is known then.
  response.writeHead(101);
  return { ok: true, setsCookie: response.getHeader("set-cookie") !== undefined };
}

type Outcome = { readonly error: unknown } | { readonly thrown: unknown } | undefined;

/** As Engine.IO's `runMiddleware`, but it tells a refusal from a failure. */
function runOne(
  run: Middleware,
  request: UpgradeRequest,
  response: UpgradeResponse,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const next = (error?: unknown) => resolve(error ? { error } : undefined);
    const thrown = (error: unknown) => resolve({ thrown: error });
    try {
      Promise.resolve(run(request, response, next)).catch(thrown);
    } catch (error) {
      thrown(error);
    }
  });
}

type Answer =
  | { readonly isAllowed: boolean; readonly message: unknown }
  | { readonly thrown: unknown };

function ask(
  allowRequest: NonNullable<UpgradeEngine["opts"]["allowRequest"]>,
  request: UpgradeRequest,
): Promise<Answer> {
  return new Promise((resolve) => {
    const thrown = (error: unknown) => resolve({ thrown: error });
    const answer = (message: unknown, allowed: boolean) =>
      resolve({ isAllowed: Boolean(allowed), message });
    try {
      Promise.resolve(allowRequest(request, answer)).catch(thrown);
    } catch (error) {
      thrown(error);
    }
  });
}

function fail(error: unknown, at: At): Verdict {
  logError("A lock of the application failed, and its client is refused", error);
  return refuse(Status.failed, "threw an error", at);
}

/** Applications log refusals by this event. */
function tell(engine: UpgradeEngine, req: UpgradeRequest, code: 3 | 4, context: object): void {
  const message = code === Code.forbidden ? "Forbidden" : "Bad request";
  engine.emit("connection_error", { req, code, message, context });
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : JSON.stringify(error);
}
