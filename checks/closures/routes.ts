import ts from "typescript";
import type { Handler } from "./handler";
import { isOfPackage } from "./imports";
import type { Project } from "./project";
import type { Roles } from "./role";
import { type MethodCall, methodCall } from "./syntax";

const METHODS = /^(get|post|put|patch|delete|del|all|use|options|head|param|route)$/;
/** What has routes: a package, and its exports that make it. */
const ROUTERS: readonly (readonly [module: string, names: string[]])[] = [
  ["express", ["default", "Router"]],
  ["fastify", ["default", "fastify"]],
  ["koa", ["default"]],
  ["@koa/router", ["default", "Router"]],
  ["koa-router", ["default"]],
  ["polka", ["default"]],
];

/** Functions that an HTTP server calls for requests: routes and middlewares of frameworks, and plain listeners. */
export function routeHandlers(project: Project, call: ts.CallExpression, roleOf: Roles): Handler[] {
  const found = routeOf(project, call, roleOf) ?? listenerOf(call, roleOf);
  if (!found) return [];
  const { event, label } = found;
  return call.arguments.flatMap((argument) => {
    const fn = project.functionOf(argument);
    return fn ? [{ kind: "listener", fn, call, event, label } as const] : [];
  });
}

function routeOf(project: Project, call: ts.CallExpression, roleOf: Roles) {
  const parts = methodCall(call);
  if (!parts || !METHODS.test(parts.method) || !isRouter(project, parts, roleOf)) return undefined;
  const [first] = call.arguments;
  const path = first && ts.isStringLiteralLike(first) ? first.text : undefined;
  const label = path === undefined ? "an HTTP middleware" : `the route ${JSON.stringify(path)}`;
  return { event: `${parts.method} ${path ?? "*"}`, label };
}

function isRouter(project: Project, { receiver }: MethodCall, roleOf: Roles): boolean {
  if (roleOf(receiver) === "http") return true;
  const made = project.follow(receiver);
  if (!made || !(ts.isCallExpression(made) || ts.isNewExpression(made))) return false;
  return ROUTERS.some(([module, names]) => isOfPackage(made.expression, module, names));
}

/** `http.createServer((req, res) => …)` and `server.on("request", …)`. */
function listenerOf(call: ts.CallExpression, roleOf: Roles) {
  const found = { event: "request", label: "the listener for HTTP requests" };
  const isMade = ["http", "https"].some((module) =>
    isOfPackage(call.expression, module, ["createServer", "Server"]),
  );
  if (isMade) return found;
  const parts = methodCall(call);
  const [event] = call.arguments;
  const isRequest = event && ts.isStringLiteralLike(event) && event.text === "request";
  return parts?.method === "on" && isRequest && roleOf(parts.receiver) === "http"
    ? found
    : undefined;
}
