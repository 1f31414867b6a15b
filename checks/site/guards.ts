import ts from "typescript";
import { importedThing } from "../closures/imports";
import type { Project } from "../closures/project";
import { isWithin, methodCall } from "../closures/syntax";
import { isLiteral, literalPart } from "./routes";
import { type StaticFolder, staticFolderOf } from "./syntax";

/** Packages whose middlewares neither refuse a GET of a file nor change its answer. */
const HARMLESS =
  /^(body-parser|cookie-parser|morgan|compression|koa-body|koa-bodyparser|@koa\/bodyparser|koa-logger|koa-compress|koa-json|method-override)$/;
/** Of Express itself. */
const PARSERS = ["json", "urlencoded", "text", "raw"];
/** Methods of an application that serve nothing. */
const SILENT = /^(set|enable|disable|engine|listen|callback|on|once|emit|address|close)$/;
const ROUTES = /^(get|head|post|put|patch|delete|options|all)$/;
/** Options of a static folder that only say for how long browsers may keep its files. */
const OPTIONS = /^(maxAge|maxage|etag|lastModified|immutable|cacheControl)$/;

/** How a static folder is mounted, or why the function has to serve it. */
export type Verdict =
  | { readonly mount: string }
  | { readonly because: string; readonly node: ts.Node };

/**
 * Whether a static folder is open to all, and where. Only what is certain is: the application is made and gets the
 * folder in the same block, and all that is done to it before is known to guard nothing. In doubt, the function serves
 * the folder as the application says.
 */
export function judgeFolder(folder: StaticFolder, project: Project): Verdict {
  const doubt = (because: string, node: ts.Node): Verdict => ({ because, node });
  const { call } = folder;
  if (hasOtherOptions(folder.options, project)) return doubt("it has options of its own", call);
  const use = usedBy(call);
  if (!use) return doubt("it is not given to the application itself", call);
  const { mount, application } = use;
  const declaration = project.declarationOf(application)?.node;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !makesApplication(declaration)) {
    return doubt(`\`${application.text}\` is not an application that is made here`, call);
  }
  if (use.statement.parent !== declaration.parent.parent.parent) {
    return doubt("it depends on where the program gets", call);
  }
  const uses = references(declaration, project);
  const guard = uses.find((node) => isBefore(node, use.statement) && !isHarmless(node));
  if (guard)
    return doubt("what comes before it may keep clients out or change its answers", guard.parent);
  const wrapper = uses.find((node) => !isBefore(node, use.statement) && mayWrap(node));
  if (wrapper)
    return doubt("what stands around the application may keep clients out", wrapper.parent);
  return { mount };
}

interface Use {
  readonly application: ts.Identifier;
  readonly mount: string;
  readonly statement: ts.Statement;
}

/** `app.use([mount,] folder, …);`, a statement of its own. */
function usedBy(call: ts.CallExpression): Use | undefined {
  const parts = methodCall(call.parent);
  if (parts?.method !== "use" || !ts.isIdentifier(parts.receiver)) return undefined;
  if (!ts.isExpressionStatement(parts.call.parent)) return undefined;
  const [first, ...others] = parts.call.arguments;
  const isMounted = first !== undefined && ts.isStringLiteralLike(first);
  const handlers = isMounted ? others : parts.call.arguments;
  const path = isMounted ? first.text : "/";
  if (!handlers.every((one) => staticFolderOf(one)) || !isLiteral(path)) return undefined;
  const mount = `/${path.replace(/^\/+|\/+$/g, "")}`;
  return { application: parts.receiver, mount, statement: parts.call.parent };
}

/** `express()` or `new Koa()`. */
function makesApplication({ initializer }: ts.VariableDeclaration): boolean {
  if (!initializer) return false;
  if (!ts.isCallExpression(initializer) && !ts.isNewExpression(initializer)) return false;
  const thing = importedThing(initializer.expression);
  const isWhole = thing?.name === "*" || thing?.name === "default";
  return isWhole && /^(express|koa)$/.test(thing?.module ?? "");
}

function hasOtherOptions(options: ts.Expression | undefined, project: Project): boolean {
  const object = options && project.follow(options);
  if (!options) return false;
  if (!object || !ts.isObjectLiteralExpression(object)) return true;
  return object.properties.some(({ name }) => !name || !OPTIONS.test(name.getText()));
}

function references(declaration: ts.VariableDeclaration, project: Project): ts.Identifier[] {
  return project.nodes.filter(
    (node): node is ts.Identifier =>
      ts.isIdentifier(node) &&
      node.text === declaration.name.getText() &&
      node !== declaration.name &&
      project.declarationOf(node)?.node === declaration,
  );
}

/** In another file it is not known when, nor in a function that can be called before it is declared. */
function isBefore(node: ts.Node, statement: ts.Statement): boolean {
  if (node.getSourceFile() !== statement.getSourceFile()) return true;
  const hoisted = ts.findAncestor(node, ts.isFunctionDeclaration);
  if (hoisted && !isWithin(statement, hoisted)) return true;
  return node.getEnd() <= statement.getStart();
}

/**
 * Whether a use may put something in front of the whole application: it is called by a listener, given to another
 * application, or to a function whose result goes on.
 */
function mayWrap(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
    if (parent.expression === node) return true;
    return !isServer(parent) && !(ts.isExpressionStatement(parent.parent) && !isUse(parent));
  }
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node) {
    if (!/^(handle|callback|call|apply|bind)$/.test(parent.name.text)) return false;
    const { parent: around } = parent.parent;
    return !(parent.name.text === "callback" && ts.isCallExpression(around) && isServer(around));
  }
  return ts.isVariableDeclaration(parent) || ts.isReturnStatement(parent);
}

/** `outer.use(app)` */
function isUse(node: ts.CallExpression | ts.NewExpression): boolean {
  return methodCall(node)?.method === "use";
}

/** Whether a use of the application is known to guard nothing. */
function isHarmless(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return true;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return isServer(parent);
  if (!ts.isPropertyAccessExpression(parent) || parent.expression !== node) return false;
  const parts = methodCall(parent.parent);
  // A chain goes on with what is not looked at here.
  if (!parts || !ts.isExpressionStatement(unwrapped(parts.call))) return isSilent(parts?.method);
  if (isSilent(parts.method)) return true;
  const [first, ...others] = parts.call.arguments;
  if (ROUTES.test(parts.method)) {
    // Files below the path of a route are left to the function.
    return first !== undefined && ts.isStringLiteralLike(first) && isNarrow(first.text);
  }
  if (parts.method !== "use" || !first) return false;
  return (ts.isStringLiteralLike(first) ? others : [first, ...others]).every(isHarmlessHandler);
}

/** Whether a route's path is its own, or one below a path of its own: `/api/:id`, and not `/:id`. */
function isNarrow(path: string): boolean {
  return path.startsWith("/") && (isLiteral(path) || literalPart(path) !== "/");
}

function isSilent(method: string | undefined): boolean {
  return method !== undefined && SILENT.test(method);
}

function unwrapped(call: ts.CallExpression): ts.Node {
  return ts.isAwaitExpression(call.parent) ? call.parent.parent : call.parent;
}

/** `http.createServer(app)`, `require("http").Server(app)`, `new Server(app)`. */
function isServer({ expression }: ts.CallExpression | ts.NewExpression): boolean {
  const thing = importedThing(expression);
  const name = ts.isPropertyAccessExpression(expression) ? expression.name.text : thing?.name;
  return /^(node:)?https?$/.test(thing?.module ?? "") || /^(createServer|Server)$/.test(name ?? "");
}

function isHarmlessHandler(node: ts.Expression): boolean {
  if (staticFolderOf(node)) return true;
  if (!ts.isCallExpression(node)) return false;
  const thing = importedThing(node.expression);
  if (!thing) return false;
  return (
    HARMLESS.test(thing.module) || (thing.module === "express" && PARSERS.includes(thing.name))
  );
}
