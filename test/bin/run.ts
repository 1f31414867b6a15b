import { execFile } from "node:child_process";
import path from "node:path";

export const root = path.join(__dirname, "../..");

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** The person's project; the clone's folder without. */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** What programs of AWS look at. Tests give what they want of it. */
const WITHOUT = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => name.startsWith("AWS_"))
    .map((name) => [name, undefined]),
);

/** Runs `lambda-rooms` from its sources, as a shell would, with no terminal. */
export function run(args: readonly string[], { cwd = root, env = {} }: RunOptions = {}) {
  // Found from the clone, wherever the command runs.
  const tsx = require.resolve("tsx");
  const all = ["--import", tsx, path.join(root, "bin/cli.ts"), ...args];
  const options = { cwd, env: { ...process.env, ...WITHOUT, ...env }, maxBuffer: 2 ** 24 };
  return new Promise<Ended>((resolve) => {
    const child = execFile(process.execPath, all, options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
    child.stdin?.end();
  });
}
