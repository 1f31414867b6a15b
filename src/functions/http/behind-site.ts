import { SiteHeader } from "../../names";
import type { HttpEvent } from "./events";

/**
 * A request that has come through the site, as its client has sent it: with the host for which the client asked, and
 * from the client's address. Only for a request that has brought the secret, since others write what they like.
 */
export function withClientOf(event: HttpEvent): HttpEvent {
  const { [SiteHeader.host]: host, [SiteHeader.address]: address, ...headers } = event.headers;
  const { requestContext } = event;
  const http = { ...requestContext.http, ...(address !== undefined && { sourceIp: address }) };
  return {
    ...event,
    headers: {
      ...headers,
      ...(host !== undefined && { host, [SiteHeader.host]: host }),
      // CloudFront and the function URL append their own view; under `trust proxy` the client's counts.
      ...(address !== undefined && { "x-forwarded-for": address }),
    },
    requestContext: { ...requestContext, http },
  };
}
