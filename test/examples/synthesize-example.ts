import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const examples = path.join(__dirname, "../../examples");

/** Runs the CDK app of an example as its `cdk.json` does, with the sources of this clone. @returns the assembly's folder */
export async function synthesizeExample(name: string): Promise<string> {
  const { NODE_ENV, JEST_WORKER_ID, ...env } = process.env;
  const outdir = mkdtempSync(path.join(tmpdir(), `${name}-`));
  const context = JSON.stringify({ "lambda-rooms:local": true });
  await promisify(execFile)(process.execPath, ["--import", "tsx", "bin/app.ts"], {
    cwd: path.join(examples, name),
    env: {
      ...env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: context,
      CDK_VALIDATION: "false",
      TSX_TSCONFIG_PATH: path.join(examples, "tsconfig.json"),
    },
  });
  return outdir;
}
