import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { type BuildOptions, buildSync } from "esbuild";
import { type FunctionName, functionNames } from "../src/names";
import { project } from "./application/parts";
import { readArchive } from "./bundle-archive";

const stubs = join(project, "lambdas", "stubs");

/** A function's own bundle, without the application. */
export interface FunctionBundle {
  /** Holds `index.js`. */
  readonly directory: string;
  readonly bytes: number;
  readonly inputs: readonly BundledInput[];
}

/** One source file's share of a bundle. */
export interface BundledInput {
  readonly path: string;
  readonly bytes: number;
}

/** What functions load at first use, from beside themselves: see `lambdas/management.ts`. */
const MANAGEMENT = "./management.js";

/** By the folder below the output's, the file in `lambdas/` where the function begins, without `.ts`. */
export type Entries = Readonly<Record<string, string>>;

/** What an application makes of its functions. */
export interface Variant {
  /** Whether it has locks that run at `$connect`. */
  readonly isLocked: boolean;
  /** Whether its HTTP requests take the one lane. */
  readonly isRouted: boolean;
  /** Whether its connections keep what their handlers hold, each with its lane. */
  readonly isKept: boolean;
}

/** Those that are others where the application has locks for `$connect`: in `lambdas/locked`. */
const locked: readonly FunctionName[] = ["connect", "lane", "application"];

/** Where a function begins: those of some applications have an entry point of their own. */
export function entryOf(name: FunctionName, { isLocked, isRouted, isKept }: Variant): string {
  const isOfLocks = isLocked && locked.includes(name);
  if (isRouted && name === "http") return "routes/http";
  if (isRouted && name === "application") {
    return `routes/${isOfLocks ? "locked-" : ""}application`;
  }
  if (isKept && name === "lane") return `kept/${isOfLocks ? "locked-" : ""}lane`;
  return isOfLocks ? `locked/${name}` : name;
}

/** Every file where some application's function begins. */
export function allEntries(): readonly string[] {
  const switches = [false, true];
  const variants = switches.flatMap((isLocked) =>
    switches.flatMap((isRouted) => switches.map((isKept) => ({ isLocked, isRouted, isKept }))),
  );
  const entries = variants.flatMap((variant) =>
    functionNames.map((name) => entryOf(name, variant)),
  );
  return [...new Set(entries)];
}

/**
 * Bundles functions in one call of esbuild: `NodejsFunction` would start esbuild once per function, and twice under
 * the CLI, which is most of a synth's time.
 *
 * @throws Error with esbuild's messages
 */
export function bundleFunctions(
  entries: Entries,
  outdir: string,
  sourcemap = false,
): Record<string, FunctionBundle> {
  const { metafile } = buildSync(bundleOptions(entries, outdir, sourcemap));
  const bundles: Record<string, FunctionBundle> = {};
  for (const [path, output] of Object.entries(metafile.outputs)) {
    if (!path.endsWith("/index.js")) continue;
    const directory = dirname(resolve(project, path));
    const inputs = Object.entries(output.inputs)
      .map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }))
      .sort(largestFirst);
    const name = relative(outdir, directory).replaceAll("\\", "/");
    bundles[name] = { directory, bytes: output.bytes, inputs };
    if (output.imports.some(({ path }) => path === MANAGEMENT)) {
      copyFileSync(join(outdir, MANAGEMENT), join(directory, MANAGEMENT));
    }
  }
  for (const file of [MANAGEMENT, `${MANAGEMENT}.map`]) rmSync(join(outdir, file), { force: true });
  return bundles;
}

/** Writes the functions that the npm package holds, as `bundleFunctions` has made them of all entries. */
export function unpackFunctions(
  entries: Entries,
  outdir: string,
  archive: string,
): Record<string, FunctionBundle> {
  const texts = readArchive(archive);
  const textOf = (name: string) => {
    const text = texts[name];
    if (text === undefined) throw new Error(`Cannot bundle: ${archive} holds no ${name}`);
    return text;
  };
  const written = Object.entries(entries).map(([name, entry]) => {
    const text = textOf(entry);
    const directory = join(outdir, name);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "index.js"), text);
    if (text.includes(`"${MANAGEMENT}"`)) {
      writeFileSync(join(directory, MANAGEMENT), textOf("management"));
    }
    const bytes = Buffer.byteLength(text);
    return [name, { directory, bytes, inputs: [{ path: "lambda-rooms", bytes }] }];
  });
  return Object.fromEntries(written);
}

export const largestFirst = (a: BundledInput, b: BundledInput) => b.bytes - a.bytes;

/** How esbuild makes functions. */
export function bundleOptions(entries: Entries, outdir: string, sourcemap: boolean) {
  return {
    absWorkingDir: project,
    entryPoints: [
      ...Object.entries(entries).map(([name, entry]) => ({
        in: join(project, "lambdas", `${entry}.ts`),
        out: join(name, "index"),
      })),
      { in: join(project, "lambdas", "management.ts"), out: "management" },
    ],
    outdir,
    bundle: true,
    platform: "node",
    format: "cjs",
    // Lambda runs Node 24; the same bundles also run under the developer's Node in the local stack.
    target: "node20",
    // The AWS SDK's ES modules shake to two thirds of what its CommonJS build takes.
    mainFields: ["module", "main"],
    minify: true,
    legalComments: "none",
    sourcemap,
    metafile: true,
    logLevel: "silent",
    alias: stubbed,
    // debug() asks for it inside a try; colours mean nothing in CloudWatch.
    external: ["supports-color", MANAGEMENT],
  } satisfies BuildOptions;
}

/** What socket.io and the SDK import and what never runs in a function. An application gets its own packages. */
const stubbed = {
  "engine.io": join(stubs, "engine.io.ts"),
  ws: join(stubs, "ws.ts"),
  accepts: join(stubs, "accepts.ts"),
  cors: join(stubs, "cors.ts"),
  "@aws-sdk/credential-provider-node": join(stubs, "credential-provider-node.ts"),
};
