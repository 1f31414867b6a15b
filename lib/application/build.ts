import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type BuildFailure,
  type BuildOptions,
  type BuildResult,
  build,
  formatMessages,
  type Loader,
  type Message,
  type Plugin,
} from "esbuild";
import { Application } from "../../src/names";
import { asksByName, withAsked } from "./asked-by-name";
import type { ApplicationInputs, ApplicationJob, ApplicationResult } from "./bundle";
import { metadataCompiler } from "./decorators";
import { explainMessage } from "./explain-message";
import { loaderOf, memoryModule } from "./memory";
import { loadedAtStart, type Missing, missingPlugin, optionalOf, placedMissing } from "./missing";
import { packagesOf } from "./packages";
import { isModule, PLACE_BANNERS, PLACE_NAMES, placeIn, withPlace } from "./places";
import { withResolved } from "./resolved";

/** Bundles one application. Never rejects for what is wrong in it. */
export function buildApplication(job: ApplicationJob): Promise<ApplicationResult> {
  return run({ ...job, textOf: textOf(job) });
}

async function run(
  job: Job,
  format: Format = "cjs",
  missing: readonly Missing[] = [],
): Promise<ApplicationResult> {
  try {
    return await bundleAs(job, format, missing);
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const awaits = error.errors.some(({ text }) => text.startsWith("Top-level await"));
    if (awaits && format === "cjs") return run(job, "esm", missing);
    const found = error.errors.flatMap((message) => optionalIn(message, job) ?? []);
    const isAll = found.length > 0 && found.length === error.errors.length;
    if (isAll) return run(job, format, [...missing, ...found]);
    const late = await lateIn(error, job, format, missing);
    return late ? run(job, format, [...missing, ...late]) : failure(error, job, format);
  }
}

/** What is missing, where Node would not look for it at the start: in files that only an `import()` asks for. */
async function lateIn(
  { errors }: BuildFailure,
  job: Job,
  format: Format,
  missing: readonly Missing[],
): Promise<readonly Missing[] | undefined> {
  const from = dirname(job.entry);
  const all = errors.flatMap((message) => placedMissing(message, (file) => resolve(from, file)));
  if (all.length < errors.length) return undefined;
  try {
    const { result } = await buildAs(job, format, [...missing, ...all]);
    const atStart = loadedAtStart(result.metafile, (file) => resolve(from, file));
    const isLate = (message: Message, { importer }: Missing) =>
      !atStart.has(importer) || optionalIn(message, job) !== undefined;
    return all.every((one, at) => isLate(errors[at] as Message, one)) ? all : undefined;
  } catch (error) {
    if (isBuildFailure(error)) return undefined;
    throw error;
  }
}

type Format = "cjs" | "esm";

interface Job extends ApplicationJob {
  readonly textOf: TextOf;
}

/** What esbuild reads of a file; undefined where that is the file as it stands. */
type TextOf = (path: string) => { readonly contents: string; readonly loader: Loader } | undefined;

function optionalIn(message: Message, { entry, textOf }: Job): Missing | undefined {
  const fileOf = (path: string) => resolve(dirname(entry), path);
  const read = (file: string) => textOf(file)?.contents ?? readFileSync(file, "utf8");
  return optionalOf(message, fileOf, read);
}

/** Names what is wrong in the text that a person has written, and not in what the compiler has made of it. */
async function failure(error: BuildFailure, job: Job, format: Format): Promise<ApplicationResult> {
  const source = { ...job, compiled: {} };
  const written = { ...source, textOf: textOf(source) };
  const again = await failureOf(() => buildAs(written, format, []));
  const [{ errors }, named] = again ? [again, written] : [error, job];
  const fatal = errors.filter((message) => !optionalIn(message, named));
  const messages = fatal.map(explainMessage);
  return { ok: false, messages: await formatMessages(messages, { kind: "error" }) };
}

async function bundleAs(
  job: Job,
  format: Format,
  missing: readonly Missing[],
): Promise<ApplicationResult> {
  const { result, file, notes } = await buildAs(job, format, missing);
  mkdirSync(job.directory, { recursive: true });
  for (const { path, text } of result.outputFiles) {
    writeFileSync(path, path.endsWith(".map") ? renameSources(text, path, job) : text);
  }
  const [code] = result.outputFiles.filter(({ path }) => path === file);
  return {
    ok: true,
    file,
    bytes: code?.contents.length ?? 0,
    inputs: inputsOf(result, dirname(job.entry)),
    notes,
  };
}

/** Bundles in memory. */
async function buildAs(job: Job, format: Format, missing: readonly Missing[]) {
  const packages = packagesOf(job.provided);
  const file = join(job.directory, `application.${format === "cjs" ? "cjs" : "mjs"}`);
  const result = await build({
    ...entryOf(job, format),
    ...nodeLike,
    // Of scripts, Node asks no tsconfig.json; esbuild would make them strict if it says so.
    ...(/\.[mc]?js$/.test(job.entry) && { tsconfigRaw: "{}" }),
    absWorkingDir: dirname(job.entry),
    format,
    outfile: file,
    ...(job.isDebugged && { minify: false, sourcesContent: true }),
    banner: { js: PLACE_BANNERS[format] },
    plugins: [
      ...(missing.length > 0 ? [missingPlugin(missing)] : []),
      packages.plugin,
      memoryModule,
      places(job),
    ],
  });
  return { result, file, notes: [...packages.notes] };
}

/** As Node loads packages: no fields and no conditions that only bundlers know, names as they were written. */
const nodeLike = {
  bundle: true,
  platform: "node",
  target: "node20",
  mainFields: ["main"],
  nodePaths: (process.env.NODE_PATH ?? "").split(delimiter).filter(Boolean),
  // Without any, esbuild would add "module".
  conditions: [],
  keepNames: true,
  minify: true,
  legalComments: "none",
  sourcemap: "linked",
  sourcesContent: false,
  metafile: true,
  write: false,
  logLevel: "silent",
  define: PLACE_NAMES,
} satisfies BuildOptions;

/** A script gets a function of its own, so that its `"use strict"` is not that of all others. */
function entryOf({ entry }: Job, format: Format): BuildOptions {
  if (isModule(entry, readFileSync(entry, "utf8")) || format === "esm") {
    return { entryPoints: [entry] };
  }
  const contents = `module.exports = require(${JSON.stringify(entry)})`;
  return { stdin: { contents, resolveDir: dirname(entry) } };
}

function places({ textOf }: Job): Plugin {
  return {
    name: "places",
    setup: (build) =>
      build.onLoad({ filter: /\.[mc]?[jt]sx?$/ }, ({ path, namespace }) =>
        namespace === "file" ? textOf(path) : undefined,
      ),
  };
}

function textOf({ entry, root, compiled }: ApplicationJob): TextOf {
  const compile = metadataCompiler(entry);
  return (path) => {
    const kept = compiled[path];
    const text = kept ?? readFileSync(path, "utf8");
    if (asksByName(path)) return { contents: withAsked(text, path, root), loader: "js" };
    const resolved = withResolved(text, path, root);
    const own = resolved === text ? kept : resolved;
    const contents = withPlace(resolved, placeIn(root, path), path === entry) ?? own;
    if (compile && /(?<!\.d)\.[mc]?tsx?$/.test(path) && !path.includes("node_modules")) {
      return { contents: compile(contents ?? text, path), loader: "js" };
    }
    return contents === undefined ? undefined : { contents, loader: loaderOf(path) };
  };
}

/** Stack traces name files by the places that the application itself sees; a debugger shows those of this machine. */
function renameSources(text: string, path: string, { root, isDebugged }: Job): string {
  const map: { sources: string[] } = JSON.parse(text);
  if (isDebugged) {
    const sources = map.sources.map((source) => pathToFileURL(resolve(dirname(path), source)).href);
    return JSON.stringify({ ...map, sources });
  }
  const sources = map.sources.map((source) => {
    const made = /[^/]*(<stdin>|:.*)$/.exec(source)?.[0];
    return `${Application.files}/${made ?? placeIn(root, resolve(dirname(path), source))}`;
  });
  return JSON.stringify({ ...map, sources });
}

function inputsOf({ metafile }: BuildResult<{ metafile: true }>, from: string): ApplicationInputs {
  const output = Object.values(metafile.outputs).find(({ inputs }) => Object.keys(inputs).length);
  return Object.entries(output?.inputs ?? {}).map(([path, { bytesInOutput }]) => ({
    path: resolve(from, path),
    bytes: bytesInOutput,
  }));
}

async function failureOf(work: () => Promise<unknown>): Promise<BuildFailure | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (isBuildFailure(error)) return error;
    throw error;
  }
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return typeof error === "object" && error !== null && "errors" in error;
}
