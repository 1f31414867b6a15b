import { createHash, timingSafeEqual } from "node:crypto";
import { type HttpEvent, type HttpResult, ORIGIN_HEADER } from "./events";
import { plainResult } from "./result-of";

/** Whether a request comes through the site in front, where there is one. */
export function isAdmitted({ headers }: HttpEvent, secret: string | undefined): boolean {
  if (secret === undefined) return true;
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(headers[ORIGIN_HEADER] ?? ""), hash(secret));
}

export function refuseStranger(): HttpResult {
  return plainResult(403, "Forbidden: expected a request through the site in front");
}
