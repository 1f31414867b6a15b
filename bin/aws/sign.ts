import { hash } from "node:crypto";
import { type Credentials, encodeRfc3986, Signer } from "../../src/aws/signer";

export type Keys = Credentials;

/** A request as it is sent. */
interface Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Scope {
  readonly service: string;
  readonly region: string;
  readonly now: Date;
}

/** The headers of a request with the signature of all of them. */
export function signed(
  { method, url, headers: given, body }: Request,
  keys: Keys,
  { now, ...scope }: Scope,
): Record<string, string> {
  const headers = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, value.trim()]),
  );
  const own = { host: url.host, headers, credentials: () => keys, now: () => now.getTime() };
  const request = { method, path: url.pathname, query: queryOf(url), sha256: hash("sha256", body) };
  // `fetch` sets the host itself, to the same.
  const { host: _, ...sent } = new Signer({ ...scope, ...own }).sign(request);
  return sent;
}

function queryOf(url: URL): string {
  return [...url.searchParams]
    .map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`)
    .sort()
    .join("&");
}
