import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { project } from "../../lib/application/parts";

/** What users import, by the name behind `lambda-rooms/`. */
const ENTRIES = {
  index: "lib/index.ts",
  cdk: "lib/cdk.ts",
  local: "local/index.ts",
  managed: "managed/index.ts",
  emitter: "emitter/index.ts",
  parser: "parser/index.ts",
};
/** What sources take for granted. */
const AMBIENT = ["lib/globals.d.ts", "local/dynamodb/dynalite.d.ts"];
/** Those that are ES modules too, which have types of their own. */
const LIBRARIES = ["managed", "emitter", "parser"];

/** Writes the types of what users import to `dist/types`, with a file for ES modules beside those that are some. */
export function writeDeclarations(dist: string): void {
  const out = join(dist, "types");
  writeTypes(out, Object.values(ENTRIES));
  for (const name of LIBRARIES) {
    writeFileSync(join(out, name, "index.d.mts"), `export * from "./index.js";\n`);
  }
}

/**
 * Writes the declarations of files, and of those that they name: private parts have no place in a package.
 *
 * @param rootDir the folder of the project that becomes `out`
 * @throws Error with the compiler's messages
 */
export function writeTypes(out: string, entries: readonly string[], rootDir = ""): void {
  const files = entries.map((file) => join(project, file));
  const program = ts.createProgram([...files, ...AMBIENT.map((file) => join(project, file))], {
    ...optionsOfProject(),
    ...{ noEmit: false, declaration: true, emitDeclarationOnly: true, removeComments: false },
    // `npm run types` checks the sources.
    ...{ noCheck: true, stripInternal: true, rootDir: project, outDir: out, types: ["node"] },
  });
  const reached = new Set(files);
  // A set hands out what is added to it on the way.
  for (const file of reached) {
    const [target, text] = emit(program, file);
    const path = join(out, relative(rootDir, relative(out, target)));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    for (const one of namedIn(text, file)) reached.add(one);
  }
}

function optionsOfProject(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(project, "tsconfig.json"), ts.sys.readFile);
  return ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, project).options;
}

/** The path and the text of one file's declarations. */
function emit(program: ts.Program, file: string): readonly [path: string, text: string] {
  let emitted: readonly [string, string] | undefined;
  const { diagnostics } = program.emit(program.getSourceFile(file), (path, text) => {
    emitted = [path, text];
  });
  if (emitted !== undefined && diagnostics.length === 0) return emitted;
  const host = {
    getCurrentDirectory: () => project,
    getCanonicalFileName: (name: string) => name,
    getNewLine: () => "\n",
  };
  const why = ts.formatDiagnostics(diagnostics, host);
  throw new Error(`Cannot write the types of ${relative(project, file)}: ${why || "none came"}`);
}

/** The files that declarations name by relative paths. */
function namedIn(text: string, file: string): string[] {
  const specifiers = [...text.matchAll(/(?:\bfrom|\bimport\()\s*"(\.[^"]*)"/g)];
  return specifiers.map(([, specifier = ""]) => {
    const base = join(dirname(file), specifier.replace(/\.js$/, ""));
    const found = [`${base}.ts`, join(base, "index.ts")].find((one) => existsSync(one));
    if (found === undefined) {
      throw new Error(`Cannot write types: ${relative(project, file)} names ${specifier}`);
    }
    return found;
  });
}
