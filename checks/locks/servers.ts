import ts from "typescript";
import { isOfPackage } from "../closures/imports";
import type { Project } from "../closures/project";
import type { Roles } from "../closures/role";
import { LISTENS, methodCall } from "../closures/syntax";
import { isNothing, type LockNode, propertyName, writeOf } from "./syntax";

/** Locks at the HTTP server: upgrade handlers, client certificates, `maxConnections`. */
export function serverLocks(node: ts.Node, project: Project, roleOf: Roles): LockNode[] {
  const write = writeOf(node);
  if (write?.name === "maxConnections" && roleOf(write.object) === "http") {
    return [{ node, lock: "maxConnections", what: `${write.object.getText()}.maxConnections` }];
  }
  const parts = methodCall(node);
  const event = parts?.call.arguments[0];
  if (parts && LISTENS.test(parts.method) && event && ts.isStringLiteralLike(event)) {
    if (event.text !== "upgrade" || roleOf(parts.receiver) !== "http") return [];
    const what = `${parts.call.expression.getText()}("upgrade")`;
    return [{ node, lock: "upgrade", what }];
  }
  return ts.isCallExpression(node) ? clientCertificates(node, project) : [];
}

/** `https.createServer({ requestCert: true })`; without `rejectUnauthorized: false` it rejects clients without a valid certificate. */
function clientCertificates(call: ts.CallExpression, project: Project): LockNode[] {
  if (!isOfPackage(call.expression, "https", ["createServer", "Server"])) return [];
  const [first] = call.arguments;
  const options = first && project.follow(first);
  if (!options || !ts.isObjectLiteralExpression(options)) return [];
  const initializerOf = (name: string) => {
    const property = options.properties.find((one) => propertyName(one) === name);
    return property && ts.isPropertyAssignment(property) ? property.initializer : undefined;
  };
  const asks = initializerOf("requestCert");
  if (!asks || isNothing(asks) || isNothing(initializerOf("rejectUnauthorized"))) return [];
  return [{ node: asks, lock: "client certificates", what: "requestCert" }];
}
