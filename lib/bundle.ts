import { cpSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { type BuildOptions, buildSync } from "esbuild";
import {
  CLIENT_FILES,
  type FunctionName,
  functionNames,
  type OptionalFunction,
  type StandingFunction,
  standingFunctions,
} from "../src/names";
import { bundleApplication } from "./application/bundle";
import { clientFolder } from "./application/client-folder";

const root = join(__dirname, "..");
const stubs = join(root, "lambdas", "stubs");

export { type FunctionName, functionNames };

/** What to bundle. */
export interface BundleProps {
  /** The application: the file of a Socket.IO server, as `node` would run it. */
  readonly entry: string;

  /**
   * Files and folders that the application reads and its source does not name, from its own folder.
   *
   * @default - none
   */
  readonly files?: readonly string[] | undefined;

  /**
   * Whether variables name secrets, which are read before the application is loaded.
   *
   * @default false
   */
  readonly readsSecrets?: boolean;

  /**
   * Where the bundles go, one folder per function.
   *
   * @default - `build/functions` of this project
   */
  readonly outputDirectory?: string;

  /**
   * Whether to write a source map beside each function's own bundle; the application always has one.
   *
   * @default false
   */
  readonly sourceMap?: boolean;

  /**
   * Functions beside those of every stack.
   *
   * @default - none
   */
  readonly optional?: readonly OptionalFunction[];
  /**
   * Whether the application's variables, listeners and timers are to outlive containers; see `docs/memory.md`.
   *
   * @default false
   */
  readonly memory?: boolean;
}

/** One function, ready to be an asset. */
export interface BundledFunction {
  readonly name: FunctionName;
  /** Holds `index.js`, and the application where it runs it. */
  readonly directory: string;
  readonly bytes: number;
  readonly runsApplication: boolean;
  /** What the bundle is made of, largest first; paths are relative to the project. */
  readonly inputs: readonly BundledInput[];
}

/** One source file's share of a bundle. */
export interface BundledInput {
  readonly path: string;
  readonly bytes: number;
}

/** By name: those of every stack, and the others that were asked for. */
export type BundledFunctions = Record<StandingFunction, BundledFunction> &
  Partial<Record<OptionalFunction, BundledFunction>>;

/** What a synth makes of an application. */
export type Bundles = BundledFunctions & {
  /** What a person should know of the application's packages, in one line each. */
  readonly notes: readonly string[];
  /** What was packed beside the application, in one line each. */
  readonly packs: readonly string[];
};

/** The functions that run the application. */
const running: readonly FunctionName[] = ["lane", "application", "publish", "http"];
/** Those that are others where the application has locks for `$connect`: in `lambdas/locked`. */
const locked: readonly FunctionName[] = ["connect", "lane", "application"];

/**
 * Bundles all functions in one call of esbuild: `NodejsFunction` would start esbuild once per
 * function, and twice under the CLI, which is most of a synth's time. The application is a bundle of its own, as Node
 * would load it, beside each function that runs it.
 *
 * @throws Error with esbuild's messages
 */
export function bundle(props: BundleProps): Bundles {
  const entry = resolve(props.entry);
  if (!statSync(entry, { throwIfNoEntry: false })?.isFile()) {
    throw new Error(
      `Cannot bundle: expected \`entry\` to be the file of a Socket.IO server, got ${props.entry}`,
    );
  }
  const outdir = resolve(props.outputDirectory ?? join(root, "build", "functions"));
  const names = [...standingFunctions, ...(props.optional ?? [])];
  // Loaded here: the compiler takes a quarter of a second.
  const { hasConnectLocks } = require("../checks/locks") as typeof import("../checks/locks");
  const isLocked = hasConnectLocks(entry);
  // With one lane, requests take it too.
  const isRouted = names.includes("application") && names.includes("http");
  const sourcemap = props.sourceMap ?? false;
  const options = bundleOptions(names, { outdir, sourcemap, isLocked, isRouted });
  const { metafile } = buildSync(options);

  const bundled = {} as Record<FunctionName, BundledFunction>;
  for (const [path, output] of Object.entries(metafile.outputs)) {
    if (!path.endsWith(".js")) continue;
    const directory = dirname(resolve(root, path));
    const name = names.find((known) => join(outdir, known) === directory);
    if (name === undefined) continue;
    const inputs = inputsOf(output.inputs);
    bundled[name] = { name, directory, bytes: output.bytes, inputs, runsApplication: false };
  }
  const application = join(outdir, "of-application");
  const { files, readsSecrets = false } = props;
  const { bytes, inputs, notes, packs } = bundleApplication(entry, application, {
    ...{ isLocked, files, readsSecrets, keepsMemory: props.memory ?? false },
  });
  const loading: readonly FunctionName[] = isLocked ? [...running, "connect"] : running;
  const runs = (one: FunctionName) => loading.includes(one) && !(isRouted && one === "http");
  for (const name of names.filter(runs)) {
    bundled[name] = addTo(bundled[name], application, bytes, inputs);
  }
  rmSync(application, { recursive: true });
  const answering = isRouted ? bundled.application : bundled.http;
  if (answering) copyClient(join(answering.directory, CLIENT_FILES));
  return { ...bundled, notes, packs };
}

/** The scripts of Socket.IO's client that `serveClient` serves, without their maps. */
function copyClient(to: string): void {
  cpSync(clientFolder(), to, { recursive: true, filter: (file) => !file.endsWith(".map") });
}

function addTo(
  to: BundledFunction,
  application: string,
  bytes: number,
  inputs: readonly BundledInput[],
): BundledFunction {
  cpSync(application, to.directory, { recursive: true });
  const own = inputs.map(({ path, ...rest }) => ({ path: relative(root, path), ...rest }));
  return {
    ...to,
    runsApplication: true,
    bytes: to.bytes + bytes,
    inputs: [...to.inputs, ...own].sort(largestFirst),
  };
}

function inputsOf(inputs: Record<string, { readonly bytesInOutput: number }>): BundledInput[] {
  return Object.entries(inputs)
    .map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }))
    .sort(largestFirst);
}

const largestFirst = (a: BundledInput, b: BundledInput) => b.bytes - a.bytes;

interface Building {
  readonly outdir: string;
  readonly sourcemap: boolean;
  readonly isLocked: boolean;
  readonly isRouted: boolean;
}

/** Where a function begins: those of some applications have an entry point of their own. */
function entryOf(name: FunctionName, { isLocked, isRouted }: Building): string {
  const isOfLocks = isLocked && locked.includes(name);
  if (isRouted && name === "http") return "lambdas/routes/http.ts";
  if (isRouted && name === "application")
    return `lambdas/routes/${isOfLocks ? "locked-" : ""}application.ts`;
  return `${isOfLocks ? "lambdas/locked" : "lambdas"}/${name}.ts`;
}

function bundleOptions(names: readonly FunctionName[], building: Building) {
  const { outdir, sourcemap } = building;
  return {
    absWorkingDir: root,
    entryPoints: names.map((name) => ({
      in: join(root, entryOf(name, building)),
      out: join(name, "index"),
    })),
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
    external: ["supports-color"],
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
