import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";

/** A run of `bin/rooms.ts`. */
export interface SynthJob {
  readonly outdir: string;
  readonly context: Readonly<Record<string, string>>;
}

export interface SynthResult {
  readonly status: number;
  readonly stderr: string;
}

const root = path.join(__dirname, "../..");

/**
 * Synthesizes stacks as `cdk synth` and `npm start` do, all in one process. That has no variables of the test runner.
 *
 * @throws Error with what the application has printed, if one cannot be synthesized
 */
export async function synthAll(
  jobs: readonly SynthJob[],
  variables: Readonly<Record<string, string>> = {},
): Promise<SynthResult[]> {
  const { NODE_ENV, JEST_WORKER_ID, CDK_VALIDATION, ...env } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", "test/support/synth-process.ts"], {
    cwd: root,
    env: { ...env, ...variables },
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(jobs));
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error(`Cannot synthesize: ${output}`);
  return JSON.parse(output);
}
