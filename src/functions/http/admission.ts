import { SiteHeader } from "../../names";
import { isSameSecret } from "../../secrets/same";
import type { HttpEvent, HttpResult } from "./events";
import { plainResult } from "./result-of";

/** Whether a request comes through the site in front, where there is one. */
export function isAdmitted({ headers }: HttpEvent, secret: string | undefined): boolean {
  return secret === undefined || isSameSecret(headers[SiteHeader.secret], secret);
}

export function refuseStranger(): HttpResult {
  return plainResult(403, "Forbidden: expected a request through the site in front");
}
