import ts from "typescript";
import type { Roles } from "../closures/role";
import { descendants, enclosing, isFunction, isWithin, methodCall } from "../closures/syntax";
import type { LockNode } from "./syntax";

/**
 * Middlewares that are registered only after something was awaited, when clients may be there already:
 * `server.listen(3000); await db.connect(); io.use(auth)`. Where the server is told to listen afterwards, the application
 * is hosted then.
 */
export function lateMiddlewares(node: ts.Node, roleOf: Roles): LockNode[] {
  const parts = methodCall(node);
  if (parts?.method !== "use" || !isLate(node, roleOf)) return [];
  const role = roleOf(parts.receiver);
  if (role !== "server" && role !== "namespace") return [];
  return [{ node, lock: "late middleware", what: parts.call.expression.getText() }];
}

function isLate(node: ts.Node, roleOf: Roles): boolean {
  const fn = enclosing(node);
  if (!isFunction(fn)) return false;
  const inside = [...descendants(fn)];
  const openings = inside.filter((one) => opens(one, roleOf));
  if (openings.some((one) => isListen(one) && one.getStart() > node.getStart())) return false;
  const opened = openings.filter((one) => one.getEnd() <= node.getStart()).at(-1);
  const awaitsBefore = inside.some(
    (one) =>
      ts.isAwaitExpression(one) &&
      one.getStart() >= (opened?.getEnd() ?? 0) &&
      one.getEnd() <= node.getStart() &&
      enclosing(one) === fn &&
      !isWithin(node, one),
  );
  return awaitsBefore || (isCallbackOfThen(fn) && !opened);
}

/** Clients may come from there on: a server listens, or is made with a port. */
function opens(node: ts.Node, roleOf: Roles): boolean {
  const isMade = ts.isNewExpression(node) || (ts.isCallExpression(node) && !methodCall(node));
  return isListen(node) || (isMade && roleOf(node) === "server");
}

function isListen(node: ts.Node): boolean {
  return methodCall(node)?.method === "listen";
}

/** `connect().then(() => io.use(auth))` */
function isCallbackOfThen(fn: ts.Node): boolean {
  const { method } = methodCall(fn.parent) ?? { method: "" };
  return method === "then" || method === "finally";
}
