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
  const isBefore = (one: ts.Node) => one.getEnd() <= node.getStart();
  const listens = listensOf(inside, roleOf);
  const listened = listens.find(isBefore);
  if (!listened && listens.length > 0) return false;
  const opened = listened ?? inside.filter((one) => isMade(one, roleOf) && isBefore(one)).at(-1);
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

/** Where servers are told to listen: those of Socket.IO and its HTTP server, or any where the source names none of these. */
function listensOf(nodes: readonly ts.Node[], roleOf: Roles): ts.Node[] {
  const all = nodes.filter((node) => methodCall(node)?.method === "listen");
  const known = all.filter((node) => {
    const receiver = methodCall(node)?.receiver;
    return receiver && /^(server|http)$/.test(roleOf(receiver) ?? "");
  });
  return known.length > 0 ? known : all;
}

/** Of a server that is made with a port, clients may come from there on. */
function isMade(node: ts.Node, roleOf: Roles): boolean {
  const makes = ts.isNewExpression(node) || (ts.isCallExpression(node) && !methodCall(node));
  return makes && roleOf(node) === "server";
}

/** `connect().then(() => io.use(auth))` */
function isCallbackOfThen(fn: ts.Node): boolean {
  const { method } = methodCall(fn.parent) ?? { method: "" };
  return method === "then" || method === "finally";
}
