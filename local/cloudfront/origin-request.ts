import type { BehaviourModel, OriginModel, Selection } from "./model";
import { selects } from "./policies";
import type { ViewerRequest } from "./viewer-request";

/** What goes on to an origin. */
export interface OriginRequest {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
}

/** They are about one connection. */
const HOP_BY_HOP =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|x-amz-cf-.*|x-edge-.*|x-cache)$/;
/** CloudFront asks by itself for what it keeps. */
const ALWAYS = /^(content-(length|type|encoding|language|md5|range|disposition)|if-.*|range)$/;

/**
 * What CloudFront makes of a viewer's request: the headers, cookies and parameters that its policies let through, and its
 * own.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
 */
export function originRequest(
  request: ViewerRequest,
  behaviour: BehaviourModel,
  origin: OriginModel,
  ip: string,
): OriginRequest {
  const headers: Record<string, readonly string[]> = {};
  for (const [name, values] of request.headers) {
    if (HOP_BY_HOP.test(name) || name === "cookie") continue;
    if (selects(behaviour.headers, name) || ALWAYS.test(name)) headers[name] = values;
  }
  const cookie = kept(request.headers.get("cookie")?.join("; ") ?? "", /;\s*/, behaviour.cookies);
  if (cookie.length > 0) headers.cookie = [cookie.join("; ")];
  headers.host ??= [origin.domain];
  headers["user-agent"] ??= ["Amazon CloudFront"];
  headers["x-forwarded-for"] = [[...(request.headers.get("x-forwarded-for") ?? []), ip].join(", ")];
  headers.via = [...(request.headers.get("via") ?? []), "2.0 local.cloudfront.net (CloudFront)"];
  headers["x-amz-cf-id"] = [crypto.randomUUID()];
  for (const [name, value] of Object.entries(origin.headers)) headers[name] = [value];
  const query = kept(request.query, "&", behaviour.queries).join("&");
  const url = `${origin.path}${request.path}${query && `?${query}`}`;
  return { method: request.method, url, headers };
}

function kept(text: string, separator: string | RegExp, selection: Selection): string[] {
  const parts = text.split(separator).filter(Boolean);
  return parts.filter((part) => selects(selection, part.split("=", 1)[0] ?? ""));
}
