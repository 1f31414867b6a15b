import ts from "typescript";
import type { Application } from "../application";
import { type Finding, placeOf } from "../findings";
import type { Roles } from "../role";

/**
 * What of a server shows only the sockets that one invocation serves, and so counts and finds too few:
 * `io.engine.clientsCount`, `io.sockets.sockets`, `adapter.rooms`, `adapter.sids`.
 */
export function checkLocalViews({ runs, roleOf }: Application): Finding[] {
  return runs.flatMap(({ handler, reach }) =>
    reach.nodes.flatMap((node) => {
      if (!ts.isPropertyAccessExpression(node)) return [];
      const ask = instead(node, roleOf);
      if (ask === undefined) return [];
      const name = node.getText();
      return {
        ...placeOf(node),
        rule: "local-view" as const,
        name,
        message: `\`${name}\` shows ${handler.label} only the sockets that the same invocation serves`,
        remedy: `ask ${ask}`,
      };
    }),
  );
}

/** What sees every socket, in place of a property that does not. */
function instead(node: ts.PropertyAccessExpression, roleOf: Roles): string | undefined {
  const { expression: owner, name } = node;
  const role = roleOf(owner);
  if (role === "engine" && name.text === "clientsCount") return "(await io.fetchSockets()).length";
  if (role === "namespace" && name.text === "sockets") return "await io.in(room).fetchSockets()";
  if (name.text !== "rooms" && name.text !== "sids") return undefined;
  return isAdapter(owner, roleOf) ? "await io.in(room).fetchSockets()" : undefined;
}

function isAdapter(expression: ts.Expression, roleOf: Roles): boolean {
  if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== "adapter")
    return false;
  return ["namespace", "socket", "server"].includes(roleOf(expression.expression) ?? "");
}
