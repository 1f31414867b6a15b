import type { IncomingMessage } from "node:http";
import { isObject, type Json, type JsonObject } from "../json";

/** A request on its way through CloudFront. */
export interface ViewerRequest {
  readonly method: string;
  /** Encoded, without the query. */
  readonly path: string;
  /** Without the `?`. */
  readonly query: string;
  /** By name in lower case; several of one name, one after the other. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

export function readViewerRequest(request: IncomingMessage): ViewerRequest {
  const url = request.url ?? "/";
  const at = url.indexOf("?");
  const headers = new Map<string, string[]>();
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index]!.toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), request.rawHeaders[index + 1]!]);
  }
  return {
    method: request.method ?? "GET",
    path: at < 0 ? url : url.slice(0, at),
    query: at < 0 ? "" : url.slice(at + 1),
    headers,
  };
}

/**
 * Headers that functions at the edge neither see nor may write.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
 */
const HIDDEN =
  /^(connection|expect|keep-alive|proxy-(authenticate|authorization|connection)|trailer|upgrade|x-accel-(buffering|charset|limit-rate|redirect)|x-amz-cf-.*|x-amzn-(auth|cf-billing|cf-id|cf-xff|errortype|fle-profile|header-count|header-order|lambda-integration-tag|requestid)|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip)$/;
/** Those that they see and may not change. */
const FIXED = ["content-length", "host", "transfer-encoding", "via"];

/** The event that a function gets. */
export function viewerEvent(
  { method, path, query, headers }: ViewerRequest,
  { domain, id, ip, response }: EventContext,
): JsonObject {
  const shown = [...headers].filter(([name]) => !HIDDEN.test(name) && name !== "cookie");
  const cookies = cookiesOf(headers.get("cookie") ?? []);
  return {
    version: "1.0",
    context: {
      distributionDomainName: domain,
      distributionId: id,
      eventType: response ? "viewer-response" : "viewer-request",
      requestId: crypto.randomUUID(),
    },
    viewer: { ip },
    request: {
      method,
      uri: path,
      querystring: valuesOf(query === "" ? [] : query.split("&").map(pair)),
      headers: valuesOf(shown.flatMap(([name, all]) => all.map((value) => [name, value] as const))),
      cookies: valuesOf(cookies),
    },
    ...(response && { response }),
  };
}

interface EventContext {
  readonly domain: string;
  readonly id: string;
  readonly ip: string;
  readonly response?: JsonObject;
}

/** What a function gave back as the request; a text says what is wrong with it. */
export function changedRequest(before: ViewerRequest, value: JsonObject): ViewerRequest | string {
  const { uri, method, headers, querystring, cookies } = value;
  if (typeof uri !== "string" || !uri.startsWith("/")) return "expected a uri that begins with /";
  if (method !== before.method) return "expected the method to stay";
  const given = listOf(headers);
  const forbidden = given.find(([name]) => HIDDEN.test(name));
  if (forbidden) return `expected no header ${forbidden[0]}`;
  for (const name of FIXED) {
    const now = given.filter(([one]) => one === name).map(([, text]) => text);
    if (now.join() !== (before.headers.get(name) ?? []).join()) return `expected ${name} to stay`;
  }
  const all = new Map<string, string[]>();
  for (const [name, values] of before.headers) if (HIDDEN.test(name)) all.set(name, [...values]);
  for (const [name, text] of given) all.set(name, [...(all.get(name) ?? []), text]);
  const pairs = (values: Json | undefined, joint: string) =>
    listOf(values, false)
      .map(([name, text]) => (text === "" && joint === "&" ? name : `${name}=${text}`))
      .join(joint);
  const cookie = pairs(cookies, "; ");
  if (cookie !== "") all.set("cookie", [cookie]);
  // As the client wrote it, unless the function has changed it: `a=` and `a` look alike to a function.
  const was = pairs(valuesOf(before.query === "" ? [] : before.query.split("&").map(pair)), "&");
  const now = pairs(querystring, "&");
  return {
    method: before.method,
    path: uri,
    query: now === was ? before.query : now,
    headers: all,
  };
}

function pair(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function cookiesOf(lines: readonly string[]): (readonly [string, string])[] {
  return lines.flatMap((line) => line.split(/;\s*/).filter(Boolean).map(pair));
}

/** `{ name: { value, multiValue } }`. */
function valuesOf(pairs: readonly (readonly [string, string])[]): JsonObject {
  const values: Record<string, { value: string; multiValue?: { value: string }[] }> = {};
  for (const [name, value] of pairs) {
    const known = values[name];
    if (known) {
      known.multiValue = [...(known.multiValue ?? [{ value: known.value }]), { value }];
      known.value = value;
    } else values[name] = { value };
  }
  return values as unknown as JsonObject;
}

/** The pairs of such an object. */
export function listOf(values: Json | undefined, areHeaders = true): [string, string][] {
  if (!isObject(values)) return [];
  return Object.entries(values).flatMap(([name, given]) => {
    if (!isObject(given)) return [];
    const all = Array.isArray(given.multiValue) ? given.multiValue : [given];
    return all.map((one): [string, string] => [
      areHeaders ? name.toLowerCase() : name,
      isObject(one) ? String(one.value) : "",
    ]);
  });
}
