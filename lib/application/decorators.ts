import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type ts from "typescript";

/** Compiles one file of TypeScript to JavaScript with its source map inside. */
export type Compile = (text: string, file: string) => string;

/**
 * The compiler for applications whose `tsconfig.json` asks for the types of what decorators decorate, as those of
 * NestJS do: esbuild knows no types. `undefined` for others, which do without a compiler.
 */
export function metadataCompiler(entry: string): Compile | undefined {
  const config = findConfig(dirname(entry));
  // The compiler takes a quarter of a second.
  if (!config || !/emitDecoratorMetadata|"extends"/.test(readFileSync(config, "utf8")))
    return undefined;
  const compiler = require("typescript") as typeof ts;
  const { config: json } = compiler.readConfigFile(config, compiler.sys.readFile);
  const host = { ...compiler.sys, readDirectory: () => [] };
  const { options } = compiler.parseJsonConfigFileContent(json, host, dirname(config));
  if (!options.emitDecoratorMetadata) return undefined;
  const compilerOptions: ts.CompilerOptions = {
    ...options,
    module: compiler.ModuleKind.ESNext,
    target: compiler.ScriptTarget.ES2022,
    // As the application's own compiler does for an older target: decorators of properties see no fields.
    useDefineForClassFields: options.useDefineForClassFields ?? (options.target ?? 0) >= 9,
    ...{ sourceMap: false, inlineSourceMap: true, inlineSources: false, declaration: false },
    ...{ noEmit: false, composite: false, incremental: false },
  };
  delete compilerOptions.outDir;
  delete compilerOptions.sourceRoot;
  return (text, fileName) =>
    compiler.transpileModule(text, { compilerOptions, fileName }).outputText;
}

function findConfig(folder: string): string | undefined {
  const file = join(folder, "tsconfig.json");
  if (existsSync(file)) return file;
  return folder === dirname(folder) ? undefined : findConfig(dirname(folder));
}
