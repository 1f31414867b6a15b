import ts from "typescript";
import { isOfPackage } from "./imports";
import type { Roles } from "./role";
import { LISTENS, methodCall } from "./syntax";

const MODULES = ["http", "https", "http2"];
const MAKERS = ["createServer", "createSecureServer", "Server"];

/** Whether a call of it makes an HTTP server of Node's own: `http.createServer`, `Server`. */
export function makesHttpServer(callee: ts.Node): boolean {
  return MODULES.some((module) => isOfPackage(callee, module, MAKERS));
}

/** `server.on("request", …)` */
export function isRequestListener(node: ts.Node, roleOf: Roles): boolean {
  const parts = methodCall(node);
  if (!parts || !LISTENS.test(parts.method)) return false;
  const [event] = parts.call.arguments;
  const isRequest =
    event !== undefined && ts.isStringLiteralLike(event) && event.text === "request";
  return isRequest && roleOf(parts.receiver) === "http";
}
