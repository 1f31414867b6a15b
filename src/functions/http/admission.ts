import { SiteHeader } from "../../names";
import { isSameSecret } from "../../secrets/same";
import { withClientOf } from "./behind-site";
import type { HttpEvent, HttpResult } from "./events";
import { plainResult } from "./result-of";

/**
 * What a client has asked; undefined for a request that passes the site in front by.
 *
 * @param secret of the site; absent without a site
 */
export function admit(event: HttpEvent, secret: string | undefined): HttpEvent | undefined {
  if (secret === undefined) return event;
  return isSameSecret(event.headers[SiteHeader.secret], secret) ? withClientOf(event) : undefined;
}

export function refuseStranger(): HttpResult {
  return plainResult(403, "Forbidden: expected a request through the site in front");
}
