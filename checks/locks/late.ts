import ts from "typescript";
import type { Roles } from "../closures/role";
import { descendants, enclosing, isFunction, isWithin, methodCall } from "../closures/syntax";
import type { LockNode } from "./syntax";

/**
 * Middlewares that are registered only after something was awaited: `await db.connect(); io.use(auth)`. A real server
 * listens after that; a function handles clients as soon as the module is loaded.
 */
export function lateMiddlewares(node: ts.Node, roleOf: Roles): LockNode[] {
  const parts = methodCall(node);
  if (parts?.method !== "use" || !isLate(node)) return [];
  const role = roleOf(parts.receiver);
  if (role !== "server" && role !== "namespace") return [];
  return [{ node, lock: "late middleware", what: parts.call.expression.getText() }];
}

function isLate(node: ts.Node): boolean {
  const fn = enclosing(node);
  if (!isFunction(fn)) return false;
  const awaitsBefore = [...descendants(fn)].some(
    (one) =>
      ts.isAwaitExpression(one) &&
      one.getEnd() <= node.getStart() &&
      enclosing(one) === fn &&
      !isWithin(node, one),
  );
  return awaitsBefore || isCallbackOfThen(fn);
}

/** `connect().then(() => io.use(auth))` */
function isCallbackOfThen(fn: ts.Node): boolean {
  const { method } = methodCall(fn.parent) ?? { method: "" };
  return method === "then" || method === "finally";
}
