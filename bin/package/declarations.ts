import { mkdirSync, writeFileSync } from "node:fs";
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

/**
 * Writes the types of what users import to `dist/types`, with a file for ES modules beside those that are some.
 *
 * @throws Error with the compiler's messages
 */
export function writeDeclarations(dist: string): void {
  const out = join(dist, "types");
  const emitted = emit(out);
  const entries = Object.values(ENTRIES).map((file) => join(out, file.replace(/\.ts$/, ".d.ts")));
  for (const file of reached(entries, emitted)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, emitted.get(file) ?? "");
  }
  for (const name of LIBRARIES) {
    const text = `export * from "./index.js";\n`;
    writeFileSync(join(out, name, "index.d.mts"), text);
  }
}

/** All declarations of the program, by their paths. */
function emit(out: string): ReadonlyMap<string, string> {
  const { config } = ts.readConfigFile(join(project, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, project);
  const files = Object.values(ENTRIES).map((file) => join(project, file));
  const program = ts.createProgram([...files, ...AMBIENT.map((file) => join(project, file))], {
    ...options,
    ...{ noEmit: false, declaration: true, emitDeclarationOnly: true, removeComments: false },
    ...{ stripInternal: true, rootDir: project, outDir: out, types: ["node"] },
  });
  const emitted = new Map<string, string>();
  const { diagnostics } = program.emit(undefined, (file, text) => emitted.set(file, text));
  const all = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (all.length === 0) return emitted;
  const host = {
    getCurrentDirectory: () => project,
    getCanonicalFileName: (name: string) => name,
    getNewLine: () => "\n",
  };
  throw new Error(`Cannot write types:\n${ts.formatDiagnostics(all, host)}`);
}

/** The entries and what they name: private parts have no place in the package. */
function reached(
  entries: readonly string[],
  emitted: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const found = new Set(entries);
  // A set hands out what is added to it on the way.
  for (const file of found) {
    const text = emitted.get(file);
    if (text === undefined)
      throw new Error(`Cannot write types: no file ${relative(project, file)}`);
    for (const [, specifier] of text.matchAll(/(?:\bfrom|\bimport\()\s*"(\.[^"]*)"/g)) {
      const base = join(dirname(file), (specifier ?? "").replace(/\.js$/, ""));
      const target = [`${base}.d.ts`, join(base, "index.d.ts")].find((one) => emitted.has(one));
      if (target === undefined) throw new Error(`Cannot write types: ${file} names ${specifier}`);
      found.add(target);
    }
  }
  return found;
}
