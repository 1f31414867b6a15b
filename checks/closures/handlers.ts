import ts from "typescript";
import type { Handler } from "./handler";
import type { Project } from "./project";
import type { Roles } from "./role";
import { routeHandlers } from "./routes";
import { bare, type FunctionNode, isInlineFunction, LISTENS, methodCall } from "./syntax";

export type { Handler } from "./handler";

const FOR_ALL_EVENTS = /^(use|onAny|prependAny|onAnyOutgoing|prependAnyOutgoing)$/;

/** Finds every function that Socket.IO or an HTTP server calls, in source order within each file. */
export function findHandlers(project: Project, roleOf: Roles): Handler[] {
  return project.nodes.flatMap((node) => {
    if (ts.isNewExpression(node)) return routeHandlers(project, node, roleOf);
    if (!ts.isCallExpression(node)) return [];
    return [
      ...connectionHandlers(project, node, roleOf),
      ...listeners(project, node, roleOf),
      ...routeHandlers(project, node, roleOf),
    ];
  });
}

/** The functions that a call hands new sockets: `io.on("connection", fn)` and `io.use(fn)`. */
export function socketTakers(
  project: Project,
  call: ts.CallExpression,
  roleOf: Roles,
): FunctionNode[] {
  const parts = methodCall(call);
  if (!parts) return [];
  const isConnection = LISTENS.test(parts.method) && isConnectionEvent(call.arguments[0]);
  if (!isConnection && parts.method !== "use") return [];
  const role = roleOf(parts.receiver);
  if (role !== "server" && role !== "namespace") return [];
  return handlerFunctions(project, call.arguments[isConnection ? 1 : 0]);
}

function connectionHandlers(project: Project, call: ts.CallExpression, roleOf: Roles): Handler[] {
  const isMiddleware = methodCall(call)?.method === "use";
  return socketTakers(project, call, roleOf).map((fn) => ({
    kind: isMiddleware ? "middleware" : "connection",
    fn,
    call,
    event: isMiddleware ? "use" : "connection",
    label: isMiddleware ? "a middleware" : "the connection handler",
  }));
}

function listeners(project: Project, call: ts.CallExpression, roleOf: Roles): Handler[] {
  const parts = methodCall(call);
  if (!parts) return [];
  const { method } = parts;
  const hasEvent = LISTENS.test(method);
  if (!hasEvent && !FOR_ALL_EVENTS.test(method)) return [];
  if (roleOf(parts.receiver) !== "socket") return [];
  const [first] = call.arguments;
  if (!first) return [];
  const event = hasEvent ? eventName(first) : method;
  const label = hasEvent
    ? `the listener for ${quoted(first)}`
    : `the socket's \`${method}\` listener`;
  return handlerFunctions(project, call.arguments[hasEvent ? 1 : 0]).map((fn) => ({
    kind: "listener",
    fn,
    call,
    event,
    label,
  }));
}

function isConnectionEvent(event: ts.Node | undefined): boolean {
  return !!event && ts.isStringLiteralLike(event) && /^connect(ion)?$/.test(event.text);
}

function eventName(event: ts.Expression): string {
  return ts.isStringLiteralLike(event) ? event.text : event.getText();
}

function quoted(event: ts.Expression): string {
  return ts.isStringLiteralLike(event) ? JSON.stringify(event.text) : `\`${event.getText()}\``;
}

/**
 * The functions behind what is given as a handler: itself, the one with that name, the one that a
 * called function returns, and those that are handed to a wrapper.
 */
function handlerFunctions(project: Project, handler: ts.Node | undefined): FunctionNode[] {
  if (!handler) return [];
  const fn = project.functionOf(handler);
  if (fn) return [fn];
  const node = bare(handler);
  if (!ts.isCallExpression(node)) return [];
  const returned = returnedFunction(project.functionOf(node.expression));
  const wrapped = node.arguments.flatMap((argument) => project.functionOf(argument) ?? []);
  return returned ? [returned, ...wrapped] : wrapped;
}

function returnedFunction(fn: FunctionNode | undefined): FunctionNode | undefined {
  if (!fn?.body) return undefined;
  const last = ts.isBlock(fn.body) ? fn.body.statements.at(-1) : undefined;
  const value = last && ts.isReturnStatement(last) ? last.expression : fn.body;
  const result = value && bare(value);
  return result && isInlineFunction(result) ? result : undefined;
}
