import ts from "typescript";
import { type Place, placeOf } from "./closures/findings";
import { readProject } from "./closures/project";
import { importedModule } from "./closures/sources";
import { bare } from "./closures/syntax";

/** A place where an application takes a client's word by its cookies. */
export interface CookieUse extends Place {
  /** As the source has it. */
  readonly what: string;
  /** Whether it is a session: the cookie alone says who the client is. */
  readonly isSession: boolean;
}

/** Packages that know a client by a cookie. */
const SESSIONS =
  /^(express-session|cookie-session|client-sessions|iron-session|passport|next-auth|lucia|koa-session|@fastify\/(session|secure-session|passport))$/;
const READERS = /^(cookie|cookie-parser|cookies|tough-cookie)$/;

/**
 * Finds what an application reads cookies with. A browser sends them with every upgrade, also one that a page of
 * another origin asks for, and no rule of the same origin holds for WebSockets.
 * https://developer.mozilla.org/en-US/docs/Web/API/WebSockets_API/Writing_WebSocket_servers#security
 *
 * @throws Error if there is no such file
 */
export function findCookieUses(entry: string): CookieUse[] {
  return readProject(entry).nodes.flatMap((node) => {
    const name = importedModule(node);
    if (name !== undefined) {
      const isSession = SESSIONS.test(name);
      return isSession || READERS.test(name) ? [{ ...placeOf(node), what: name, isSession }] : [];
    }
    return readsHeader(node) ? [{ ...placeOf(node), what: node.getText(), isSession: false }] : [];
  });
}

/** `….headers.cookie` or `….headers["cookie"]`. */
function readsHeader(node: ts.Node): boolean {
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return false;
  const key = ts.isPropertyAccessExpression(node) ? node.name : node.argumentExpression;
  const name = ts.isIdentifier(key) || ts.isStringLiteralLike(key) ? key.text : "";
  const object = bare(node.expression);
  return (
    name === "cookie" && ts.isPropertyAccessExpression(object) && object.name.text === "headers"
  );
}

/** What to do about them, as lines for a person. */
export function describeCookieUses(uses: readonly CookieUse[]): string[] {
  return uses.map(
    ({ file, line, column, what }) =>
      `${file}:${line}:${column}  \`${what}\` trusts cookies, which browsers also send for pages of other sites: set \`allowedOrigins\` (all origins: ["*"])`,
  );
}
