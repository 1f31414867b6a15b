import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** The names under which a browser of this machine reaches the console. A page that rebinds DNS has another. */
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\]):(\d+)$/;

/** What every answer says: the page loads nothing from elsewhere, runs no text as a script, and is in no frame. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": [
    ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'"],
    ...["connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
    "require-trusted-types-for 'script'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** A token of this process: only who reads its terminal can act. */
export function createToken(): string {
  return randomBytes(24).toString("base64url");
}

/** Why a request is refused: it may be of another page in the same browser. */
export interface Refused {
  readonly status: 401 | 403;
  readonly message: string;
}

/**
 * Refuses what no console page of this machine has sent: another `Host` (DNS rebinding), another `Origin`, a request that
 * the browser calls cross-site.
 */
export function refusePlace({ headers }: IncomingMessage, port: number): Refused | undefined {
  const [, , named] = LOCAL_HOST.exec(headers.host ?? "") ?? [];
  if (named !== String(port)) {
    return refuse(403, `Expected the host localhost:${port}, got ${headers.host ?? "none"}`);
  }
  if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`) {
    return refuse(403, `Expected the console's own page, got ${headers.origin}`);
  }
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    return refuse(403, `Expected the console's own page, got a ${site} request`);
  }
  return undefined;
}

/** Refuses a request to the API without the token: other programs and pages cannot know it. */
export function refuseToken({ headers }: IncomingMessage, token: string): Refused | undefined {
  const given = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
  if (timingSafeEqual(digest(given), digest(token))) return undefined;
  return refuse(401, "Expected the token of this console: open the URL that the terminal shows");
}

function refuse(status: Refused["status"], message: string): Refused {
  return { status, message };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
