import type { Message, Metafile, Plugin } from "esbuild";
import type ts from "typescript";

/**
 * Packages that an application can do without. Under `node`, a `require` that finds nothing throws where it is reached,
 * and many packages ask for optional ones so. At the top level of the application's own file it would end the start:
 * that stays an error of the build.
 */

/** What could not be resolved: what, and in which file. */
export interface Missing {
  readonly specifier: string;
  readonly importer: string;
}

const UNRESOLVED = /^Could not resolve "([^"]+)"$/;

/** What an error of esbuild says is missing. */
export function missingOf({ text }: Message): string | undefined {
  return UNRESOLVED.exec(text)?.[1];
}

/** The one that an error names, in a list; none for another error. */
export function placedMissing(
  message: Message,
  fileOf: (path: string) => string,
): readonly Missing[] {
  const specifier = missingOf(message);
  const { location } = message;
  return specifier === undefined || !location
    ? []
    : [{ specifier, importer: fileOf(location.file) }];
}

/** Files that are loaded with the application; others are, at most, when an `import()` runs. */
export function loadedAtStart(
  { inputs, outputs }: Metafile,
  fileOf: (path: string) => string,
): ReadonlySet<string> {
  const waiting = Object.values(outputs).flatMap(({ entryPoint }) => entryPoint ?? []);
  const seen = new Set(waiting);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    for (const { path: next, kind } of inputs[path]?.imports ?? []) {
      if (kind.startsWith("dynamic") || seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  return new Set([...seen].map(fileOf));
}

/**
 * The one that an error names, if the application may start without it.
 *
 * @param read the text of a file as it was bundled
 */
export function optionalOf(
  message: Message,
  fileOf: (path: string) => string,
  read: (file: string) => string,
): Missing | undefined {
  const [missing] = placedMissing(message, fileOf);
  if (!missing || !message.location) return undefined;
  const { importer } = missing;
  const isOptional =
    /[\\/]node_modules[\\/]/.test(importer) || isReachedLate(read(importer), message.location);
  return isOptional ? missing : undefined;
}

interface Location {
  /** From 1. */
  readonly line: number;
  /** In bytes. */
  readonly column: number;
  readonly lineText: string;
}

/** Whether a place runs only in a function, or inside a `try`, or asks by `import()`. */
function isReachedLate(text: string, { line, column, lineText }: Location): boolean {
  const compiler = require("typescript") as typeof ts;
  const source = compiler.createSourceFile("a.ts", text, compiler.ScriptTarget.Latest, true);
  const before = Buffer.from(lineText).subarray(0, column).toString().length;
  const position = source.getPositionOfLineAndCharacter(line - 1, before);
  let isLate = false;
  const visit = (node: ts.Node): void => {
    if (position < node.getStart(source) || position >= node.end) return;
    const isImport =
      compiler.isCallExpression(node) && node.expression.kind === compiler.SyntaxKind.ImportKeyword;
    isLate ||= isImport || compiler.isFunctionLike(node) || compiler.isTryStatement(node);
    node.forEachChild(visit);
  };
  visit(source);
  return isLate;
}

const NAMESPACE = "missing";

/** Makes each throw, where it is reached, what Node throws. */
export function missingPlugin(missing: readonly Missing[]): Plugin {
  const keys = new Set(missing.map(({ specifier, importer }) => `${importer}\n${specifier}`));
  return {
    name: "missing",
    setup: (build) => {
      build.onResolve({ filter: /.*/, namespace: "file" }, ({ path, importer }) =>
        keys.has(`${importer}\n${path}`) ? { path, namespace: NAMESPACE } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
        contents: `module.exports = {}; throw Object.assign(new Error(${JSON.stringify(`Cannot find module '${path}'`)}), { code: "MODULE_NOT_FOUND" });`,
      }));
    },
  };
}

/** The package to install, of whatever of its parts: `@nestjs/x/y` is of `@nestjs/x`. */
export function packageNameOf(specifier: string): string | undefined {
  return /^(?:@[^/]+\/)?[^./@][^/]*/.exec(specifier)?.[0];
}
