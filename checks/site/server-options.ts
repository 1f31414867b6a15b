import ts from "typescript";
import type { Project } from "../closures/project";
import { findRoles } from "../closures/roles";
import { bare, methodCall } from "../closures/syntax";
import { propertyName } from "../locks/syntax";

/** What an application's Socket.IO servers answer over HTTP. */
export interface ServerOptions {
  /** Without the slash at the end. */
  readonly paths: readonly string[];
  /** Whether they hand out the files of their client. */
  readonly servesClient: boolean;
}

/** Reads the options `path` and `serveClient` of servers where they are literals. */
export function serverOptions(project: Project): ServerOptions {
  const roleOf = findRoles(project);
  const servers = project.nodes.filter((node): node is ts.NewExpression | ts.CallExpression => {
    if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return false;
    const parts = methodCall(node);
    if (parts && /^(attach|listen)$/.test(parts.method)) return roleOf(parts.receiver) === "server";
    if (parts && roleOf(parts.receiver) !== undefined) return false;
    return roleOf(node) === "server";
  });
  const options = servers.flatMap((node) => literalOptions(node.arguments ?? [], project));
  const paths = options.flatMap(({ path }) => (path === undefined ? [] : [path]));
  return {
    paths: paths.length === 0 ? ["/socket.io"] : [...new Set(paths)],
    servesClient: options.every(({ serveClient }) => serveClient !== false),
  };
}

interface Literals {
  readonly path?: string;
  readonly serveClient?: boolean;
}

function literalOptions(args: readonly ts.Node[], project: Project): Literals[] {
  const objects = args.map((arg) => project.follow(arg));
  return objects.flatMap((object) => {
    if (!object || !ts.isObjectLiteralExpression(object)) return [];
    const literalOf = (name: string) => {
      const property = object.properties.find((one) => propertyName(one) === name);
      return property && ts.isPropertyAssignment(property)
        ? project.follow(property.initializer)
        : undefined;
    };
    const path = literalOf("path");
    const serveClient = literalOf("serveClient");
    return [
      {
        ...(path && ts.isStringLiteralLike(path) && { path: normal(path.text) }),
        ...(serveClient && { serveClient: bare(serveClient).getText() !== "false" }),
      },
    ];
  });
}

/** As Engine.IO reads it: with or without the slash at the end. */
function normal(path: string): string {
  return `/${path.replace(/^\/+|\/+$/g, "")}`;
}
