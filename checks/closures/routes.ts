import ts from "typescript";
import type { Handler } from "./handler";
import { isOfPackage } from "./imports";
import type { Project } from "./project";
import { isRequestListener, makesHttpServer } from "./requests";
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
export function routeHandlers(
  project: Project,
  call: ts.CallExpression | ts.NewExpression,
  roleOf: Roles,
): Handler[] {
  const found = routeOf(project, call, roleOf) ?? listenerOf(call, roleOf);
  if (!found) return [];
  const { event, label } = found;
  return (call.arguments ?? []).flatMap((argument) => {
    const fn = project.functionOf(argument);
    return fn ? [{ kind: "listener", fn, call, event, label } as const] : [];
  });
}

function routeOf(project: Project, node: ts.Node, roleOf: Roles) {
  const parts = methodCall(node);
  if (!parts || !METHODS.test(parts.method)) return undefined;
  const router = routerOf(project, parts.receiver, roleOf, new Set());
  if (!router) return undefined;
  const path = pathOf(parts) ?? router.path;
  const label = path === undefined ? "an HTTP middleware" : `the route ${JSON.stringify(path)}`;
  return { event: `${parts.method} ${path ?? "*"}`, label };
}

interface Router {
  /** Of all its routes: `router.route("/x")`. */
  readonly path?: string | undefined;
}

/** @param seen ends chains of names that stand for one another */
function routerOf(
  project: Project,
  receiver: ts.Node,
  roleOf: Roles,
  seen: Set<ts.Node>,
): Router | undefined {
  if (roleOf(receiver) === "http") return {};
  const made = project.follow(receiver);
  if (!made || seen.has(made)) return undefined;
  seen.add(made);
  const parts = methodCall(made);
  if (parts && isChained(parts)) {
    const router = routerOf(project, parts.receiver, roleOf, seen);
    return router && parts.method === "route" ? { path: pathOf(parts) } : router;
  }
  if (!ts.isCallExpression(made) && !ts.isNewExpression(made)) return undefined;
  const isMade = ROUTERS.some(([module, names]) => isOfPackage(made.expression, module, names));
  return isMade ? {} : undefined;
}

/** Whether a call returns what takes more routes: `route("/x")`, `get(list)`, but not the setting `get("title")`. */
function isChained(parts: MethodCall): boolean {
  if (parts.method === "route") return true;
  const isSetting = parts.call.arguments.length === 1 && pathOf(parts) !== undefined;
  return METHODS.test(parts.method) && !isSetting;
}

function pathOf({ call }: MethodCall): string | undefined {
  const [first] = call.arguments;
  return first && ts.isStringLiteralLike(first) ? first.text : undefined;
}

/** `http.createServer((req, res) => …)` and `server.on("request", …)`. */
function listenerOf(call: ts.CallExpression | ts.NewExpression, roleOf: Roles) {
  const isListener = makesHttpServer(call.expression) || isRequestListener(call, roleOf);
  return isListener ? { event: "request", label: "the listener for HTTP requests" } : undefined;
}
