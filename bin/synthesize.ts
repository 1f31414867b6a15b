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

/** Runs the CDK app as the CDK CLI does, less the checks that `cdk synth` makes. It says itself why it fails. */
export async function synthesize(
  { app, ordering, site, fastTimers }: StartOptions,
  assembly: string,
  { isQuiet = false, signal }: HowToRun = {},
): Promise<Synthesized> {
  const { command, args, shell, context } = program();
  const child = spawn(command, args, {
    ...{ shell, ...(signal && { signal }) },
    stdio: ["ignore", isQuiet ? "pipe" : "inherit", isQuiet ? "pipe" : "inherit"],
    env: {
      ...process.env,
      CDK_OUTDIR: assembly,
      CDK_CONTEXT_JSON: JSON.stringify({
        ...context,
        ...{ app, ordering, site, ...(fastTimers && { fastTimers }) },
        "lambda-rooms:local": true,
      }),
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
function program() {
  if (typeof LAMBDA_ROOMS_PACKAGE !== "undefined") {
    refuseWithoutPeers();
    const args = [path.join(__dirname, "synth.js")];
    return { command: process.execPath, args, shell: false, context: {} };
  }
  const { app, context } = JSON.parse(readFileSync("cdk.json", "utf8"));
  return { command: app as string, args: [], shell: true, context };
}

function refuseWithoutPeers(): void {
  const { resolve } = createRequire(__filename);
  const missing = PEERS.filter((name) => {
    try {
      resolve(name);
      return false;
    } catch {
      return true;
    }
  });
  if (missing.length === 0) return;
  const names = missing.join(" and ");
  throw new Error(
    `Cannot start: expected ${names} beside lambda-rooms, got none: npm install --save-dev ${missing.join(" ")}`,
  );
}
