import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { constants, setPriority } from "node:os";
import path from "node:path";
import type { StartOptions } from "./options";

/** The peers without which no stack is made: front ends, which import a parser alone, do not install them. */
const PEERS = ["aws-cdk-lib", "constructs"];

/** How a synth ended. */
export interface Synthesized {
  readonly isDone: boolean;
  /** What it has printed, where it was not handed on. */
  readonly output: string;
}

interface HowToRun {
  /** Whether to keep what it prints, and to leave the machine to others. */
  readonly isQuiet?: boolean;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** Makes the stack for this machine, whose variables the CDK app reads itself. */
export function synthesize(
  { app, ordering, site, fastTimers, settings }: StartOptions,
  assembly: string,
  how?: HowToRun,
): Promise<Synthesized> {
  const given = { ...settings, app, ordering, site, ...(fastTimers && { fastTimers }) };
  return runCdkApp("start", assembly, { ...given, "lambda-rooms:local": true }, how);
}

/** Runs the CDK app as the CDK CLI does, less the checks that `cdk synth` makes. It says itself why it fails. */
export async function runCdkApp(
  doing: string,
  assembly: string,
  given: Readonly<Record<string, unknown>>,
  { isQuiet = false, signal }: HowToRun = {},
): Promise<Synthesized> {
  const { command, args, shell, context } = program(doing);
  const child = spawn(command, args, {
    ...{ shell, ...(signal && { signal }) },
    // Only a command's own words are on stdout, where a machine may read them.
    stdio: ["ignore", isQuiet ? "pipe" : 2, isQuiet ? "pipe" : "inherit"],
    env: {
      ...process.env,
      CDK_OUTDIR: assembly,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...given }),
      // The built-in validator takes seconds; `npm test` and `cdk synth` run it.
      CDK_VALIDATION: "false",
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  }
  if (isQuiet && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ isDone: code === 0, output }));
  });
}

/** In a clone the command of cdk.json; the package has the program beside itself. */
function program(doing: string) {
  if (typeof LAMBDA_ROOMS_PACKAGE !== "undefined") {
    refuseWithoutPeers(doing);
    const args = [path.join(__dirname, "synth.js")];
    return { command: process.execPath, args, shell: false, context: {} };
  }
  const { app, context } = JSON.parse(readFileSync("cdk.json", "utf8"));
  return { command: app as string, args: [], shell: true, context };
}

/** The peers that are missing beside this package. */
export function missingPeers(): string[] {
  return PEERS.filter((name) => findPackage(name, [__filename]) === undefined);
}

/** @throws Error with the line that installs those that are missing */
export function refuseWithoutPeers(doing: string): void {
  const missing = missingPeers();
  if (missing.length > 0) throw missingPackages(doing, missing);
}

export function missingPackages(doing: string, names: readonly string[]): Error {
  const list = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0];
  return new Error(
    `Cannot ${doing}: expected ${list} beside lambda-rooms, got none: npm install --save-dev ${names.join(" ")}`,
  );
}

/** The manifest of a package that one of these files would get. */
export function findPackage(name: string, files: readonly string[]): string | undefined {
  for (const file of files) {
    try {
      return createRequire(file).resolve(`${name}/package.json`);
    } catch {
      // The next place.
    }
  }
  return undefined;
}
