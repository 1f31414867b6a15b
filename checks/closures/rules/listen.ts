import ts from "typescript";
import type { Application } from "../application";
import { type Finding, placeOf } from "../findings";
import { methodCall } from "../syntax";

/** Servers that start to listen when the application is loaded. */
export function checkListen({ load, roleOf }: Application): Finding[] {
  return load.nodes.flatMap((node) => {
    const name = listeningCall(node, roleOf);
    if (!name) return [];
    return {
      ...placeOf(node),
      rule: "listen" as const,
      name,
      message: `\`${name}\` opens a port that no client reaches`,
      remedy: "remove it, API Gateway listens",
    };
  });
}

function listeningCall(node: ts.Node, roleOf: Application["roleOf"]): string | undefined {
  const parts = methodCall(node);
  if (parts?.method === "listen") {
    const role = roleOf(parts.receiver);
    return role === "server" || role === "http" ? parts.call.expression.getText() : undefined;
  }
  // `new Server(3000)` listens by itself.
  if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return undefined;
  const [port] = node.arguments ?? [];
  if (!port || !ts.isNumericLiteral(port) || parts) return undefined;
  return roleOf(node) === "server" ? `${node.expression.getText()}(${port.text})` : undefined;
}
