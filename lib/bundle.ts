import { cpSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { type BuildOptions, buildSync } from "esbuild";
import { type FunctionName, functionNames } from "../src/names";
import { bundleApplication } from "./application/bundle";

const root = join(__dirname, "..");
const stubs = join(root, "lambdas", "stubs");

export { type FunctionName, functionNames };

/** What to bundle. */
export interface BundleProps {
  /** The application: the file of a Socket.IO server, as `node` would run it. */
  readonly entry: string;

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
   * Which functions to bundle.
   *
   * @default - all
   */
  readonly functions?: readonly FunctionName[];

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
  /** What the bundle is made of, largest first; paths are relative to the project. */
  readonly inputs: readonly BundledInput[];
}

/** One source file's share of a bundle. */
export interface BundledInput {
  readonly path: string;
  readonly bytes: number;
}

/** What a synth makes of an application. */
export type Bundles = Record<FunctionName, BundledFunction> & {
  /** What a person should know of the application's packages, in one line each. */
  readonly notes: readonly string[];
};

/** The functions that run the application. */
const running: readonly FunctionName[] = ["lane", "application", "publish"];

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
  const { functions = functionNames, sourceMap = false } = props;
  const { metafile } = buildSync(bundleOptions(outdir, functions, sourceMap));

  const bundled = {} as Record<FunctionName, BundledFunction>;
  for (const [path, output] of Object.entries(metafile.outputs)) {
    if (!path.endsWith(".js")) continue;
    const directory = dirname(resolve(root, path));
    const name = functionNames.find((known) => join(outdir, known) === directory);
    if (name === undefined) continue;
    const inputs = inputsOf(output.inputs);
    bundled[name] = { name, directory, bytes: output.bytes, inputs };
  }
  const application = join(outdir, "of-application");
  const { bytes, inputs, notes } = bundleApplication(entry, application, props.memory);
  for (const name of running.filter((one) => functions.includes(one)))
    bundled[name] = addTo(bundled[name], application, bytes, inputs);
  rmSync(application, { recursive: true });
  return { ...bundled, notes };
}

function addTo(
  to: BundledFunction,
  application: string,
  bytes: number,
  inputs: readonly BundledInput[],
): BundledFunction {
  cpSync(application, to.directory, { recursive: true });
  const own = inputs.map(({ path, ...rest }) => ({ path: relative(root, path), ...rest }));
  return { ...to, bytes: to.bytes + bytes, inputs: [...to.inputs, ...own].sort(largestFirst) };
}

function inputsOf(inputs: Record<string, { readonly bytesInOutput: number }>): BundledInput[] {
  return Object.entries(inputs)
    .map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }))
    .sort(largestFirst);
}

const largestFirst = (a: BundledInput, b: BundledInput) => b.bytes - a.bytes;

function bundleOptions(outdir: string, functions: readonly FunctionName[], sourcemap: boolean) {
  return {
    absWorkingDir: root,
    entryPoints: functions.map((name) => ({
      in: join(root, "lambdas", `${name}.ts`),
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
