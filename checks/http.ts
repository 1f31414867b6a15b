import ts from "typescript";
import { comparePlaces, type Place, placeOf } from "./closures/findings";
import { importedThing } from "./closures/imports";
import { type Project, readProject } from "./closures/project";
import { isRequestListener, makesHttpServer } from "./closures/requests";
import { findRoles } from "./closures/roles";
import { methodCall } from "./closures/syntax";

/** Packages whose default export, class or factory answers HTTP requests. */
const FRAMEWORKS: Readonly<Record<string, readonly string[]>> = {
  express: ["default"],
  fastify: ["default", "fastify"],
  koa: ["default"],
  polka: ["default"],
  connect: ["default"],
  restify: ["createServer"],
  "@hapi/hapi": ["Server", "server"],
  "@nestjs/core": ["NestFactory"],
  "@feathersjs/express": ["default"],
  "@hono/node-server": ["serve", "createAdaptorServer"],
};
/** Packages that serve a folder. */
const FOLDERS = /^(serve-static|serve-handler|serve-index|node-static|ecstatic|st|sirv)$/;

/** What of an application answers plain HTTP requests. */
export interface FoundHttp {
  /** Whether anything does. */
  readonly serves: boolean;
  /** Where the source says so, from top to bottom. */
  readonly places: readonly FoundPlace[];
}

export interface FoundPlace extends Place {
  /** As the source has it: `http.createServer`. */
  readonly what: string;
}

/**
 * Finds out whether an application gives an HTTP server something that answers requests: a framework, a listener of
 * `http.createServer`, `server.on("request")`, or a folder of files. It knows syntax and no values: a server that a
 * package makes is not seen.
 *
 * @throws Error if there is no such file
 */
export function findHttp(entry: string): FoundHttp {
  const project = readProject(entry);
  const roleOf = findRoles(project);
  const places = project.nodes
    .filter(
      (node) =>
        isFramework(node) || isServerWithListener(node, project) || isRequestListener(node, roleOf),
    )
    .map((node) => ({ ...placeOf(node), what: calleeOf(node) }))
    .sort(comparePlaces);
  return { serves: places.length > 0, places };
}

/** `express()`, `new Koa()`, `NestFactory.create(…)`, `serveStatic("public")`. */
function isFramework(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  const receiver = methodCall(node)?.receiver;
  return [node.expression, receiver].some((callee) => {
    const thing = callee && importedThing(callee);
    if (!thing) return false;
    const name = thing.name === "*" ? "default" : thing.name;
    if (FOLDERS.test(thing.module)) return callee === node.expression || name === "default";
    // `express.Router()` alone answers nothing.
    return callee === node.expression || name === "NestFactory"
      ? (FRAMEWORKS[thing.module]?.includes(name) ?? false)
      : false;
  });
}

/** `http.createServer(listener)`, but not `createServer()` nor `createServer({ key })`. */
function isServerWithListener(node: ts.Node, project: Project): boolean {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  if (!makesHttpServer(node.expression)) return false;
  return (node.arguments ?? []).some((argument) => mayListen(project, argument));
}

/** Anything but options and nothing. */
function mayListen(project: Project, argument: ts.Expression): boolean {
  const target = project.follow(argument) ?? argument;
  if (ts.isObjectLiteralExpression(target)) return false;
  return !/^(undefined|null|\{\})$/.test(target.getText());
}

function calleeOf(node: ts.Node): string {
  return ts.isCallExpression(node) || ts.isNewExpression(node) ? node.expression.getText() : "";
}
