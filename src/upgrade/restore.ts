import { logWarning } from "../log";
import type { Handshake, PutOnRequest, RestoredRequest, UpgradeEngine } from "../ports";
import { runLocks } from "./locks";
import { hangPut, namesOf, readPut } from "./put";
import { createUpgradeRequest } from "./request";

/** How long middlewares may take that run again for a batch: its events need the rest. */
const AGAIN_MS = 5000;

/**
 * Makes the request of a connection again as middlewares have left it: with values that are kept, and with others by
 * running the middlewares once more. What they answer is discarded, since the client was let in.
 */
export async function restoreRequest(
  engine: UpgradeEngine,
  handshake: Handshake,
  put: PutOnRequest,
): Promise<RestoredRequest> {
  const request = createUpgradeRequest(handshake);
  if (put.again) {
    const verdict = await runLocks(engine, request, Date.now() + AGAIN_MS);
    if (!verdict.ok) {
      logWarning("Middlewares that ran again for a connection did not finish", { ...verdict });
    }
  }
  return { request, put: hangPut(request, put) };
}

/** Judges an upgrade, and reads what the middlewares have put on its request. */
export async function judgeUpgrade(engine: UpgradeEngine, handshake: Handshake, deadline: number) {
  const request = createUpgradeRequest(handshake);
  const before = namesOf(request);
  const verdict = await runLocks(engine, request, deadline);
  if (!verdict.ok) return verdict;
  if (verdict.setsCookie) warnOfCookie();
  return { ok: true as const, put: readPut(request, before) };
}

let hasWarned = false;

function warnOfCookie(): void {
  if (hasWarned) return;
  hasWarned = true;
  logWarning(
    "A middleware of io.engine sets a cookie, and API Gateway sends no headers of the application with an upgrade: set it in an HTTP response before the client connects",
  );
}
