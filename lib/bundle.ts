import { cpSync, rmSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
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
import { project, ready } from "./application/parts";
import { type ApplicationRecord, sourcesOf } from "./application/record";
import {
  type BundledInput,
  bundleFunctions,
  entryOf,
  type FunctionBundle,
  largestFirst,
  unpackFunctions,
} from "./bundle-functions";

export { type FunctionName, functionNames };

/** The file of the npm package that holds the functions. */
export const FUNCTIONS = "functions.br";

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
   * Whether to write a source map beside each function's own bundle; the application always has one. The npm package
   * holds the functions ready-made, without.
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
   * Whether the application's variables, listeners and timers are to outlive containers: all, with the function
   * `application`, or else what belongs to one connection each. See `docs/memory.md`.
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

/** By name: those of every stack, and the others that were asked for. */
export type BundledFunctions = Record<StandingFunction, BundledFunction> &
  Partial<Record<OptionalFunction, BundledFunction>>;

/** What a synth makes of an application. */
export type Bundles = BundledFunctions & {
  /** What a person should know of the application's packages, in one line each. */
  readonly notes: readonly string[];
  /** What was packed beside the application, in one line each. */
  readonly packs: readonly string[];
  /** What it was made of. */
  readonly record: ApplicationRecord;
};

/** The functions that run the application. */
const running: readonly FunctionName[] = ["lane", "application", "publish", "http"];
/**
 * Bundles all functions. The application is a bundle of its own, as Node would load it, beside each function that runs
 * it.
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
  const outdir = resolve(props.outputDirectory ?? join(project, "build", "functions"));
  const names = [...standingFunctions, ...(props.optional ?? [])];
  // Loaded here: the compiler takes a quarter of a second.
  const { hasConnectLocks } = require("../checks/locks") as typeof import("../checks/locks");
  const isLocked = hasConnectLocks(entry);
  // With one lane, requests take it too.
  const isRouted = names.includes("application") && names.includes("http");
  // With one lane, a function of its own has the memory.
  const isKept = props.memory === true && !names.includes("application");
  const variant = { isLocked, isRouted, isKept };
  const entries = Object.fromEntries(names.map((name) => [name, entryOf(name, variant)]));
  const bundles =
    ready === undefined
      ? bundleFunctions(entries, outdir, props.sourceMap)
      : unpackFunctions(entries, outdir, join(ready, FUNCTIONS));
  const bundled = {} as Record<FunctionName, BundledFunction>;
  for (const name of names) {
    bundled[name] = { ...(bundles[name] as FunctionBundle), name, runsApplication: false };
  }
  const application = join(outdir, "of-application");
  const { files, readsSecrets = false } = props;
  const options = { isLocked, files, readsSecrets, keepsMemory: props.memory ?? false };
  const made = bundleApplication(entry, application, options);
  const { bytes, inputs, notes, packs } = made;
  const loading: readonly FunctionName[] = isLocked ? [...running, "connect"] : running;
  const runs = (one: FunctionName) => loading.includes(one) && !(isRouted && one === "http");
  for (const name of names.filter(runs)) {
    bundled[name] = addTo(bundled[name], application, bytes, inputs);
  }
  rmSync(application, { recursive: true });
  const answering = isRouted ? bundled.application : bundled.http;
  if (answering)
    cpSync(clientFolder(), join(answering.directory, CLIENT_FILES), { recursive: true });
  return { ...bundled, notes, packs, record: { entry, options, ...sourcesOf(made) } };
}

function addTo(
  to: BundledFunction,
  application: string,
  bytes: number,
  inputs: readonly BundledInput[],
): BundledFunction {
  cpSync(application, to.directory, { recursive: true });
  const own = inputs.map(({ path, ...rest }) => ({ path: relative(project, path), ...rest }));
  return {
    ...to,
    runsApplication: true,
    bytes: to.bytes + bytes,
    inputs: [...to.inputs, ...own].sort(largestFirst),
  };
}
