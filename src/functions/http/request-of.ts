import { SiteHeader } from "../../names";
import type { HttpEvent } from "./events";

/** A request as the application's server gets it. */
export interface ServerRequest {
  readonly method: string;
  /** Path and query, as in a request line. */
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  /** Of the client that has connected to the function URL, or of the proxy in front. */
  readonly remoteAddress: string;
}

/** Of one connection, which ends at the function URL; the lock is not the application's business. */
const NOT_PASSED_ON = [
  ...["connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "trailer"],
  ...["upgrade", "expect", "content-length", SiteHeader.secret],
];
const WITH_BODY = /^(POST|PUT|PATCH)$/;
/** Node rejects them in a request line. A path that came decoded may hold them. */
const NOT_IN_TARGET = /[^\u0021-\u007e]+/g;

export function requestOf(event: HttpEvent): ServerRequest {
  const { method, sourceIp = "" } = event.requestContext.http;
  const body = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  const headers = { ...event.headers };
  const hadBody = "content-length" in headers || "transfer-encoding" in headers;
  for (const name of NOT_PASSED_ON) delete headers[name];
  if (event.cookies?.length) headers.cookie = event.cookies.join("; ");
  if (body.length > 0 || hadBody || WITH_BODY.test(method)) {
    headers["content-length"] = String(body.length);
  }
  return { method, target: targetOf(event), headers, body, remoteAddress: sourceIp };
}

function targetOf({ rawPath, rawQueryString = "" }: HttpEvent): string {
  const target = rawQueryString === "" ? rawPath : `${rawPath}?${rawQueryString}`;
  return target.replace(NOT_IN_TARGET, encodeURIComponent);
}
