import { parse } from "../../../parser/json";
import { RequestError } from "./requests";

/** The fields of a function URL's event that are read here (payload format 2.0). */
export interface UrlEvent {
  readonly rawPath: string;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly requestContext: { readonly http: { readonly method: string } };
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** What a request asks for, by path and method. */
export type Route =
  | { readonly name: "emit" | "join" | "leave" | "disconnect" | "fetch" }
  | { readonly name: "emitToRoom" | "room"; readonly namespace: string; readonly room: string }
  | { readonly name: "rooms"; readonly namespace: string };

const POSTS: Readonly<Record<string, Route["name"]>> = {
  "/emit": "emit",
  "/sockets/join": "join",
  "/sockets/leave": "leave",
  "/sockets/disconnect": "disconnect",
  "/sockets/fetch": "fetch",
};

/** @throws RequestError if there is no such route. */
export function findRoute({ rawPath, requestContext }: UrlEvent): Route {
  const { method } = requestContext.http;
  if (Object.hasOwn(POSTS, rawPath)) {
    expectMethod(method, rawPath, ["POST"]);
    return { name: POSTS[rawPath] } as Route;
  }
  const { namespace, room } = readPath(rawPath);
  if (namespace === undefined) {
    throw new RequestError(404, "not_found", `Expected a path of the API, got ${rawPath}`);
  }
  if (room === undefined) {
    expectMethod(method, rawPath, ["GET"]);
    return { name: "rooms", namespace };
  }
  expectMethod(method, rawPath, ["GET", "POST"]);
  return { name: method === "POST" ? "emitToRoom" : "room", namespace, room };
}

function expectMethod(method: string, path: string, allowed: readonly string[]): void {
  if (allowed.includes(method)) return;
  const message = `Expected ${allowed.join(" or ")} for ${path}, got ${method}`;
  throw new RequestError(405, "not_found", message);
}

/**
 * `/rooms/{namespace}/{room}`. The main namespace is `%2F`, and the slash that begins a namespace may be
 * left out. Lambda does not say whether `rawPath` comes decoded, so a slash that was `%2F` is taken for
 * what it was.
 */
function readPath(path: string): { namespace?: string; room?: string } {
  const [, root, ...parts] = path.split("/");
  if (root !== "rooms" || parts.length === 0) return {};
  if (parts[0] === "") parts.splice(0, 2, `/${parts[1] ?? ""}`);
  const [first = "", ...rest] = parts.map(decode);
  const namespace = first.startsWith("/") ? first : `/${first}`;
  return rest.length === 0 ? { namespace } : { namespace, room: rest.join("/") };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new RequestError(400, "bad_request", `Expected a path that can be decoded, got ${part}`);
  }
}

/** The body as JSON; an empty one is an empty object. @throws RequestError if it is not JSON. */
export function readBody({ body = "", isBase64Encoded }: UrlEvent): unknown {
  const text = isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body;
  try {
    return text === "" ? {} : parse(text);
  } catch {
    throw new RequestError(400, "bad_request", "Expected a body of JSON, got something else");
  }
}
