import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { buildSync } from "esbuild";
import { Application } from "../../src/names";
import { type PackedFiles, packFiles } from "./files";
import type { Provided } from "./packages";
import { hostedSocketIo, libraries, project, ready } from "./parts";
import { isModule, placeIn, rootOf } from "./places";

/** What the child process gets. */
export interface ApplicationJob {
  readonly provided: Provided;
  /** Where the person is: names of files are relative to it. */
  readonly workingDirectory: string;
  readonly entry: string;
  /** The folder whose tree the application's paths keep. */
  readonly root: string;
  readonly directory: string;
  /** Texts in place of source files, by their absolute paths: what is to outlive containers is compiled. */
  readonly compiled: Readonly<Record<string, string>>;
  /** Whether a debugger is to show it: as it was written, with the files of this machine. */
  readonly isDebugged: boolean;
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

/** What the source does not say by itself. */
export interface ApplicationOptions {
  /** Whether it has locks that run at `$connect`. */
  readonly isLocked?: boolean;
  /** Whether secrets have to be read first. */
  readonly readsSecrets?: boolean;
  /** Whether its variables, listeners and timers are to outlive containers. */
  readonly keepsMemory?: boolean;
  /** Whether a debugger is to show it, by the files of this machine. */
  readonly isDebugged?: boolean;
  /** Further files and folders, as a person names them. */
  readonly files?: readonly string[] | undefined;
}

/**
 * Bundles an application as Node would load it, apart from the function that runs it, with a source map.
 *
 * @throws Error with esbuild's messages
 */
export function bundleApplication(
  entry: string,
  directory: string,
  options: ApplicationOptions = {},
): BundledApplication & PackedFiles {
  const prepared = prepare(entry, directory, options);
  return finish(prepared, runChild(prepared.job), options);
}

/**
 * The same in this process, for one that bundles an application again and again.
 *
 * @throws Error with esbuild's messages
 */
export async function rebundleApplication(
  entry: string,
  directory: string,
  options: ApplicationOptions = {},
): Promise<BundledApplication & PackedFiles> {
  // Loaded here: a construct bundles in a child.
  const { buildApplication } = await import("./build.js");
  const prepared = prepare(entry, directory, options);
  return finish(prepared, await buildApplication(prepared.job), options);
}

interface Prepared {
  readonly job: ApplicationJob;
  readonly notes: readonly string[];
}

function prepare(entry: string, directory: string, options: ApplicationOptions): Prepared {
  const root = rootOf(entry);
  const { files, notes } = options.keepsMemory ? compile(entry, root) : { files: {}, notes: [] };
  const provided = { socketIo: hostedSocketIo(), libraries: libraries() };
  const workingDirectory = process.cwd();
  const { isDebugged = false } = options;
  const job = { provided, workingDirectory, entry, root, directory, compiled: files, isDebugged };
  return { job, notes };
}

/** @throws Error with esbuild's messages */
function finish(
  { job: { entry, root, directory }, notes }: Prepared,
  result: ApplicationResult,
  options: ApplicationOptions,
): BundledApplication & PackedFiles {
  if (!result.ok) {
    const name = relative(process.cwd(), entry);
    throw new Error(`Cannot bundle ${name}:\n\n${result.messages.join("\n")}`);
  }
  const packed = packFiles({ entry, root, directory, named: options.files ?? [] });
  if (options.readsSecrets) writeSecretReader(directory);
  writeFileSync(join(directory, Application.manifest), manifest(entry, root, result.file, options));
  return { ...result, ...packed, notes: [...result.notes, ...packed.notes, ...notes] };
}

function compile(entry: string, root: string) {
  // Loaded here: the compiler takes a quarter of a second.
  const { compileApplication, describeRefusals } =
    require("../../compiler") as typeof import("../../compiler");
  const { files, refusals } = compileApplication(entry, root, isModule);
  return { files: Object.fromEntries(files), notes: describeRefusals(refusals) };
}

/** Loads by `import()` where it has to; the function itself could not, see `local/lambda/bootstrap.ts`. */
function manifest(
  entry: string,
  root: string,
  file: string,
  { isLocked = false, readsSecrets = false }: ApplicationOptions,
): string {
  const specifier = JSON.stringify(`./${basename(file)}`);
  // Node keeps modules for good, each by its whole specifier.
  const loads = file.endsWith(".mjs") ? `import(${specifier} + copy)` : `require(${specifier})`;
  const load = readsSecrets ? `require("./${SECRETS}").ready().then(() => ${loads})` : loads;
  const place = JSON.stringify(placeIn(root, entry));
  const isOne = isModule(entry, readFileSync(entry, "utf8"));
  return `module.exports = { file: ${place}, isModule: ${isOne}, isLocked: ${isLocked}, load: (copy = "") => ${load} };\n`;
}

const SECRETS = "secrets.cjs";

function writeSecretReader(directory: string): void {
  const file = join(directory, SECRETS);
  if (ready === undefined) bundleSecretReader(file);
  else copyFileSync(join(ready, SECRETS), file);
}

/** Bundles the script that reads secrets before it lets the application be loaded. */
export function bundleSecretReader(outfile: string): void {
  const entryPoints = [join(project, "lambdas/secrets.ts")];
  buildSync({ ...forNode, entryPoints, outfile, minify: true });
}

const forNode = { bundle: true, platform: "node", format: "cjs", target: "node20" } as const;

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
export function compileChild(): string {
  if (ready !== undefined) return readFileSync(join(ready, "child.js"), "utf8");
  const [output] = buildSync({
    entryPoints: [join(__dirname, "child.ts")],
    ...forNode,
    write: false,
    external: ["esbuild", "typescript"],
  }).outputFiles;
  return output?.text ?? "";
}
