import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { LocalEnvironment } from "./environment";
import type { StartOptions } from "./options";

/** The peers without which no stack is made: front ends, which import a parser alone, do not install them. */
const PEERS = ["aws-cdk-lib", "constructs"];

/** Runs the CDK app as the CDK CLI does, less the checks that `cdk synth` makes. */
export async function synthesize(
  { app, ordering, site, fastTimers }: StartOptions,
  assembly: string,
  environment: LocalEnvironment["variables"],
): Promise<void> {
  const { command, args, shell, context } = program();
  const child = spawn(command, args, {
    shell,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      CDK_OUTDIR: assembly,
      CDK_CONTEXT_JSON: JSON.stringify({
        ...context,
        app,
        ordering,
        site,
        ...(fastTimers && { fastTimers }),
        environment,
        "lambda-rooms:local": true,
      }),
      // The built-in validator takes seconds; `npm test` and `cdk synth` run it.
      CDK_VALIDATION: "false",
    },
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) =>
      code === 0
        ? resolve()
        : // It has said why itself.
          process.exit(1),
    );
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
