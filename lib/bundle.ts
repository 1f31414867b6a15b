import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type BuildFailure, type BuildOptions, buildSync, formatMessagesSync } from "esbuild";
import { type FunctionName, functionNames } from "../src/names";

const root = join(__dirname, "..");
const stubs = join(root, "lambdas", "stubs");

export { type FunctionName, functionNames };

/** What to bundle. */
export interface BundleProps {
  /** The application: a file that exports `io`, a Socket.IO server. */
  readonly entry: string;

  /**
   * Where the bundles go, one folder per function.
   *
   * @default - `build/functions` of this project
   */
  readonly outputDirectory?: string;

  /**
   * Whether to write a source map beside each bundle.
   *
   * @default false
   */
  readonly sourceMap?: boolean;
}

/** One function, ready to be an asset. */
export interface BundledFunction {
  readonly name: FunctionName;
  /** Holds `index.js`. */
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

/**
 * Bundles all functions in one call of esbuild: `NodejsFunction` would start esbuild once per
 * function, and twice under the CLI, which is most of a synth's time.
 */
export function bundle(props: BundleProps): Record<FunctionName, BundledFunction> {
  const entry = resolve(props.entry);
  if (!statSync(entry, { throwIfNoEntry: false })?.isFile()) {
    throw new Error(
      `Cannot bundle: expected \`entry\` to be a file that exports \`io\`, got ${props.entry}`,
    );
  }
  const outdir = resolve(props.outputDirectory ?? join(root, "build", "functions"));
  const options = bundleOptions(entry, outdir, props.sourceMap ?? false);
  const { metafile } = build(options, props.entry);

  const bundled = {} as Record<FunctionName, BundledFunction>;
  for (const [path, output] of Object.entries(metafile.outputs)) {
    if (!path.endsWith(".js")) continue;
    const directory = dirname(resolve(root, path));
    const name = functionNames.find((known) => join(outdir, known) === directory);
    if (name === undefined) continue;
    const inputs = Object.entries(output.inputs)
      .map(([source, { bytesInOutput }]) => ({ path: source, bytes: bytesInOutput }))
      .sort((a, b) => b.bytes - a.bytes);
    bundled[name] = { name, directory, bytes: output.bytes, inputs };
  }
  return bundled;
}

function bundleOptions(entry: string, outdir: string, sourcemap: boolean) {
  return {
    absWorkingDir: root,
    entryPoints: functionNames.map((name) => ({
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
    alias: aliases(entry),
    // debug() asks for it inside a try; colours mean nothing in CloudWatch.
    external: ["supports-color"],
  } satisfies BuildOptions;
}

/** The application by its fixed name, and stubs for what is imported but never runs in a function. */
function aliases(entry: string): Record<string, string> {
  return {
    "lambda-rooms-app": entry,
    "engine.io": join(stubs, "engine.io.ts"),
    ws: join(stubs, "ws.ts"),
    accepts: join(stubs, "accepts.ts"),
    cors: join(stubs, "cors.ts"),
    "@aws-sdk/credential-provider-node": join(stubs, "credential-provider-node.ts"),
  };
}

function build(options: ReturnType<typeof bundleOptions>, entry: string) {
  try {
    return buildSync(options);
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const messages = formatMessagesSync(error.errors, { kind: "error" });
    throw new Error(`Cannot bundle ${entry}:\n\n${messages.join("\n")}`, { cause: error });
  }
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return typeof error === "object" && error !== null && "errors" in error;
}
