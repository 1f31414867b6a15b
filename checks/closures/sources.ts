import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { requiredModule } from "./syntax";

const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

/** Managed rooms come with this project, as a package would. */
const LIBRARY = path.join(__dirname, "../../managed") + path.sep;

/** The files of an application and how they import one another. */
export interface Sources {
  /** The entry first, then what it imports. */
  readonly files: readonly ts.SourceFile[];
  /** The file that a specifier means in another file; undefined for packages. */
  imported(from: ts.SourceFile, specifier: string): ts.SourceFile | undefined;
}

/**
 * Parses a file and all that it imports by relative paths. Packages are not read,
 * nor what this project gives to applications.
 *
 * @throws Error if there is no such file
 */
export function readSources(entry: string): Sources {
  const first = path.resolve(entry);
  if (!isCode(first)) throw new Error(`Cannot check: expected a source file, got ${entry}`);
  const files = new Map<string, ts.SourceFile>();
  const imports = new Map<ts.SourceFile, Map<string, string>>();
  const waiting = [first];
  for (let file = waiting.shift(); file; file = waiting.shift()) {
    if (files.has(file)) continue;
    const tree = parse(file);
    const paths = new Map<string, string>();
    for (const specifier of importedModules(tree)) {
      const imported = resolveModule(file, specifier);
      if (imported && !imported.startsWith(LIBRARY)) paths.set(specifier, imported);
    }
    files.set(file, tree);
    imports.set(tree, paths);
    waiting.push(...paths.values());
  }
  return {
    files: [...files.values()],
    imported: (from, specifier) => files.get(imports.get(from)?.get(specifier) ?? ""),
  };
}

function resolveModule(from: string, specifier: string): string | undefined {
  if (!/^\.\.?(\/|$)/.test(specifier)) return undefined;
  const base = path.resolve(path.dirname(from), specifier);
  // TypeScript writes `./users.js` and means `./users.ts`.
  const stem = base.replace(/\.([mc]?)js$/, "");
  return [
    base,
    ...EXTENSIONS.map((extension) => stem + extension),
    ...EXTENSIONS.map((extension) => base + extension),
    ...EXTENSIONS.map((extension) => path.join(base, `index${extension}`)),
  ].find(isCode);
}

/** Several checks read one application, so a file is parsed again only if it has changed. */
const parsed = new Map<string, ts.SourceFile>();

function parse(file: string): ts.SourceFile {
  const text = readFileSync(file, "utf8");
  const known = parsed.get(file);
  if (known?.text === text) return known;
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  parsed.set(file, tree);
  return tree;
}

function isCode(file: string): boolean {
  if (!EXTENSIONS.includes(path.extname(file))) return false;
  // Below a file, as in `words.json/index.ts`, statSync would throw.
  return existsSync(file) && statSync(file).isFile();
}

const modulesOf = new WeakMap<ts.SourceFile, readonly string[]>();

function importedModules(tree: ts.SourceFile): readonly string[] {
  const known = modulesOf.get(tree);
  if (known) return known;
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = importedModule(node);
    if (specifier) found.push(specifier);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  modulesOf.set(tree, found);
  return found;
}

/** The module that a node loads for its values. */
export function importedModule(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node)) {
    const isType = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    return isType ? undefined : literal(node.moduleSpecifier);
  }
  if (ts.isExportDeclaration(node))
    return node.isTypeOnly ? undefined : literal(node.moduleSpecifier);
  if (ts.isExternalModuleReference(node)) return literal(node.expression);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return literal(node.arguments[0]);
  }
  return requiredModule(node);
}

function literal(node: ts.Node | undefined): string | undefined {
  return node && ts.isStringLiteralLike(node) ? node.text : undefined;
}
