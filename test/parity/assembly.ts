import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

export type Ordering = "connection" | "application";

const run = promisify(execFile);

/** Synthesizes the stack of a parity application into a folder of its own. */
export async function synthesize(
  app: string,
  ordering: Ordering,
): Promise<{ directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(path.join(tmpdir(), "lambda-rooms-parity-"));
  await run("node", ["--import", "tsx", "bin/rooms.ts"], {
    env: {
      ...process.env,
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify({ app, ordering }),
      CDK_VALIDATION: "false",
    },
  });
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
