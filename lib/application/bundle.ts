import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { buildSync } from "esbuild";
import { Application } from "../../src/names";
import { copyFiles } from "./files";
import { isModule, placeIn, rootOf } from "./places";

/** What the child process gets. */
export interface ApplicationJob {
  readonly project: string;
  readonly entry: string;
  /** The folder whose tree the application's paths keep. */
  readonly root: string;
  readonly directory: string;
  /** Texts in place of source files, by their absolute paths: what is to outlive containers is compiled. */
  readonly compiled: Readonly<Record<string, string>>;
}

/** Source files, by their absolute paths. */
export type ApplicationInputs = readonly { readonly path: string; readonly bytes: number }[];

/** What it answers. */
export type ApplicationResult =
  | ({ readonly ok: true } & BundledApplication)
  | { readonly ok: false; readonly messages: readonly string[] };

/** An application beside the functions that run it. */
export interface BundledApplication {
  /** `application.cjs`, or `.mjs` if it awaits at its top level. */
  readonly file: string;
  readonly bytes: number;
  readonly inputs: ApplicationInputs;
  /** What a person should know of it, in one line each. */
  readonly notes: readonly string[];
}

const project = join(__dirname, "../..");

/**
 * Bundles an application as Node would load it, apart from the function that runs it, with a source map.
 *
 * @param keepsMemory whether its variables, listeners and timers are to outlive containers
 * @throws Error with esbuild's messages
 */
export function bundleApplication(
  entry: string,
  directory: string,
  keepsMemory = false,
): BundledApplication {
  const root = rootOf(entry);
  const { files, notes } = keepsMemory ? compile(entry, root) : { files: {}, notes: [] };
  const result = runChild({ project, entry, root, directory, compiled: files });
  if (!result.ok) {
    const name = relative(process.cwd(), entry);
    throw new Error(`Cannot bundle ${name}:\n\n${result.messages.join("\n")}`);
  }
  copyFiles(entry, root, directory);
  writeFileSync(join(directory, Application.manifest), manifest(entry, root, result.file));
  return { ...result, notes: [...result.notes, ...notes] };
}

function compile(entry: string, root: string) {
  // Loaded here: the compiler takes a quarter of a second.
  const { compileApplication, describeRefusals } =
    require("../../compiler") as typeof import("../../compiler");
  const { files, refusals } = compileApplication(entry, root, isModule);
  return { files: Object.fromEntries(files), notes: describeRefusals(refusals) };
}

/** Loads by `import()` where it has to; the function itself could not, see `local/lambda/bootstrap.ts`. */
function manifest(entry: string, root: string, file: string): string {
  const specifier = JSON.stringify(`./${basename(file)}`);
  // Node keeps modules for good, each by its whole specifier.
  const load = file.endsWith(".mjs") ? `import(${specifier} + copy)` : `require(${specifier})`;
  const place = JSON.stringify(placeIn(root, entry));
  const isOne = isModule(entry, readFileSync(entry, "utf8"));
  return `module.exports = { file: ${place}, isModule: ${isOne}, load: (copy = "") => ${load} };\n`;
}

let child: string | undefined;

function runChild(job: ApplicationJob): ApplicationResult {
  child ??= compileChild();
  const output = execFileSync(process.execPath, ["-"], {
    // Not by the environment, which has no place for the text of an application.
    input: `globalThis.lambdaRoomsJob=${JSON.stringify(job)};\n${child}`,
    cwd: project,
    env: { ...process.env, NODE_OPTIONS: "" },
    maxBuffer: 2 ** 28,
    stdio: ["pipe", "pipe", "inherit"],
  });
  return JSON.parse(output.toString());
}

/** As JavaScript, since the child has no loader of TypeScript. */
function compileChild(): string {
  const [output] = buildSync({
    entryPoints: [join(__dirname, "child.ts")],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["esbuild"],
  }).outputFiles;
  return output?.text ?? "";
}
