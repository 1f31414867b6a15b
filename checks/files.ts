import { existsSync, statSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { readProject } from "./closures/project";
import { bare, descendants, methodCall } from "./closures/syntax";

/** Calls whose argument is a file or a folder however it is written: `express.static("public")`, `readFile("words")`. */
const TAKES_PATH =
  /^(static|serve|serveStatic|koaStatic|sendFile|download|readFile|readdir|opendir|createReadStream|stat|lstat|exists|access|openAsBlob)(Sync)?$/;
/** Properties that name a folder: of `@fastify/static`, `res.sendFile`, template engines. */
const NAMES_PATH = /^(root|views|templates|viewsDir|layoutsDir|partialsDir|dir|directory)$/;
/** Calls whose texts are never files. */
const NO_PATH =
  /^(on|once|emit|to|in|of|join|leave|off|require|use|get|post|put|delete|patch|all|route|redirect)$/;

/**
 * Finds files and folders that an application names, by literal paths beside its source (`path.join(__dirname, "a")`,
 * `${__dirname}/a`, `new URL("a", import.meta.url)`) or below the folder where `node` runs (`express.static("public")`,
 * `readFile("./words.txt")`). A path that leads nowhere today is left out.
 *
 * @param root the folder where `node` runs
 * @returns absolute paths, each once
 * @throws Error if there is no such file
 */
export function findFiles(entry: string, root: string): string[] {
  const { nodes } = readProject(entry);
  const found = nodes.flatMap((node) => {
    const named = fileNamed(root, node);
    const candidates = named ? [named] : filesBelow(root, node);
    return candidates.find((one) => existsSync(one)) ?? [];
  });
  const views = path.join(root, "views");
  // Where Express looks, unless it is told otherwise.
  if (nodes.some(isRender) && existsSync(views)) found.push(views);
  return [...new Set(found)];
}

function isRender(node: ts.Node): boolean {
  return methodCall(node)?.method === "render";
}

/** A text among the arguments or options of a call that reads files; it may also be meant beside the source. */
function filesBelow(root: string, node: ts.Node): string[] {
  if (!ts.isStringLiteralLike(node) || !isNamedThere(node)) return [];
  // Of the machine, and not of the application: `readdir("/tmp")`.
  if (path.isAbsolute(node.text)) return [];
  const beside = path.dirname(node.getSourceFile().fileName);
  const places = [root, beside].map((folder) => path.resolve(folder, ...textsFrom(node)));
  // A text that is a path by its looks alone counts for a file: `loadWords("./words.txt")`.
  return takesPath(node) ? places : places.filter(isFile);
}

function isNamedThere(node: ts.StringLiteralLike): boolean {
  const { parent, text } = node;
  if (text === "" || text === "/") return false;
  if (ts.isPropertyAssignment(parent)) return NAMES_PATH.test(parent.name.getText());
  if (!ts.isCallExpression(parent) || parent.expression.kind === ts.SyntaxKind.ImportKeyword)
    return false;
  // Of a path in parts, the first one says where it begins.
  if (isOfPath(parent)) return parent.arguments[0] === node;
  return !NO_PATH.test(calledName(parent));
}

/** The text, and what follows it in `path.join("a", "b", name)` as far as the source tells. */
function textsFrom(node: ts.StringLiteralLike): string[] {
  const { parent } = node;
  if (!ts.isCallExpression(parent) || !isOfPath(parent)) return [node.text];
  const unknown = parent.arguments.findIndex((one) => !ts.isStringLiteralLike(one));
  const known = parent.arguments.slice(0, unknown < 0 ? undefined : unknown);
  return known.filter(ts.isStringLiteralLike).map(({ text }) => text);
}

function takesPath(node: ts.StringLiteralLike): boolean {
  const { parent } = node;
  if (!ts.isCallExpression(parent)) return true;
  return TAKES_PATH.test(calledName(parent)) || isSetViews(parent, node) || isOfPath(parent);
}

/** `path.resolve("public")` */
function isOfPath(call: ts.CallExpression): boolean {
  const { method, receiver } = methodCall(call) ?? {};
  return /^(resolve|join)$/.test(method ?? "") && receiver?.getText() === "path";
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function calledName(call: ts.CallExpression): string {
  return methodCall(call)?.method ?? bare(call.expression).getText();
}

/** `app.set("views", "./pages")` */
function isSetViews(call: ts.CallExpression, node: ts.Node): boolean {
  const [name] = call.arguments;
  const isViews = name !== undefined && ts.isStringLiteralLike(name) && name.text === "views";
  return isViews && name !== node && calledName(call) === "set";
}

/** The path that an expression names, relative to its source file or to `process.cwd()`. */
export function fileNamed(root: string, node: ts.Node): string | undefined {
  const parts = joined(node) ?? added(node) ?? relativeUrl(node) ?? alone(node);
  if (!parts) return undefined;
  const isRoot = [...descendants(node)].some((one) => one.getText() === "process.cwd()");
  return path.join(isRoot ? root : path.dirname(node.getSourceFile().fileName), ...parts);
}

/** `express.static(__dirname)` */
function alone(node: ts.Node): string[] | undefined {
  if (!isFolder(node) || !ts.isCallExpression(node.parent)) return undefined;
  return TAKES_PATH.test(calledName(node.parent)) ? [] : undefined;
}

/** `path.join(__dirname, "a", "b")`, `path.resolve(…)`, `join(…)`. */
function joined(node: ts.Node): string[] | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const [first, ...others] = node.arguments;
  if (!/^(join|resolve)$/.test(calledName(node)) || !first || !isFolder(first)) return undefined;
  const texts = others.filter(ts.isStringLiteralLike).map(({ text }) => text);
  if (texts.length === others.length) return texts;
  // `path.join(__dirname, "pages", name)`: which of them, only the running program knows.
  const known = others.findIndex((one) => !ts.isStringLiteralLike(one));
  return known > 0 ? texts.slice(0, known) : undefined;
}

/** `__dirname + "/a"` and `${__dirname}/a`, with what follows left open: `${__dirname}/pages/${name}`. */
function added(node: ts.Node): string[] | undefined {
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return isFolder(node.left) && ts.isStringLiteralLike(node.right)
      ? [node.right.text]
      : undefined;
  }
  if (!ts.isTemplateExpression(node) || node.head.text !== "") return undefined;
  const [span, ...others] = node.templateSpans;
  if (!span || !isFolder(span.expression)) return undefined;
  const { text } = span.literal;
  if (others.length === 0) return [text];
  const folder = text.slice(0, text.lastIndexOf("/"));
  return folder.length > 0 ? [folder] : undefined;
}

function relativeUrl(node: ts.Node): string[] | undefined {
  if (!ts.isNewExpression(node) || node.expression.getText() !== "URL") return undefined;
  const [specifier, base] = node.arguments ?? [];
  if (!specifier || !ts.isStringLiteralLike(specifier)) return undefined;
  return base?.getText() === "import.meta.url" ? [specifier.text] : undefined;
}

/** Also where a module declares the name itself, since it means the same. */
function isFolder(node: ts.Node): boolean {
  return /^(__dirname|import\.meta\.dirname|process\.cwd\(\))$/.test(bare(node).getText());
}
