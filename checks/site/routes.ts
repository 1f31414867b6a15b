import ts from "typescript";
import type { Project } from "../closures/project";
import { methodCall } from "../closures/syntax";
import { staticFolderOf } from "./syntax";

const ROUTES = /^(get|head|post|put|patch|delete|options|all|use|route|register)$/;
/** Where a path begins to stand for several. */
const PATTERN = /[:*?+()[\]{}]/;

/**
 * Paths that an application names in its routes, of routers too; one with parameters up to the first of them:
 * `/files/:name` is `/files/`.
 */
export function routePaths(project: Project): string[] {
  const paths = project.calls.flatMap((call) => {
    const parts = methodCall(call);
    if (!parts || !ROUTES.test(parts.method)) return [];
    const [path, ...handlers] = call.arguments;
    if (!path || !ts.isStringLiteralLike(path) || !path.text.startsWith("/")) return [];
    // Where a static folder is mounted, it is the one that answers.
    if (handlers.length > 0 && handlers.every((one) => staticFolderOf(one))) return [];
    return [literalPart(path.text)];
  });
  return [...new Set(paths)];
}

export function literalPart(path: string): string {
  const at = path.search(PATTERN);
  return at < 0 ? path : path.slice(0, path.lastIndexOf("/", at) + 1);
}

/** Whether a path of a route stands for one path alone. */
export function isLiteral(path: string): boolean {
  return !PATTERN.test(path);
}
