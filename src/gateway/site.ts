import { SiteHeader } from "../names";
import { isSameSecret } from "../secrets/same";

/** What a handshake says of the site through which it came. */
export interface SiteView {
  /** Whether it came through the site: it brings the secret. */
  readonly isThroughSite: boolean;
  /** The client's address, host and path before the site; absent past it. */
  readonly address?: string | undefined;
  readonly host?: string | undefined;
  readonly path?: string | undefined;
}

/** @param secret of the site; absent without a site */
export function viewOfSite(
  headers: Readonly<Record<string, string>> | null | undefined,
  secret: string | undefined,
): SiteView {
  if (!secret) return { isThroughSite: false };
  // Names come in the client's own case.
  const own = new Map(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  if (!isSameSecret(own.get(SiteHeader.secret), secret)) return { isThroughSite: false };
  return {
    isThroughSite: true,
    address: own.get(SiteHeader.address),
    host: own.get(SiteHeader.host),
    path: own.get(SiteHeader.path),
  };
}
