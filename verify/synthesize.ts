import { exec } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { STACK_NAME } from "./names";

/** The command of the CDK app, as the CDK CLI and this program run it. */
export const APP_COMMAND =
  typeof LAMBDA_ROOMS_PACKAGE === "undefined"
    ? "node --import tsx verify/stack.ts"
    : `node ${JSON.stringify(path.join(__dirname, "verify-stack.js"))}`;

/** Writes the cloud assembly to a folder, without the CDK CLI. */
export async function synthesize(
  outdir: string,
  context: Readonly<Record<string, string | boolean>> = {},
): Promise<void> {
  const env = {
    ...process.env,
    CDK_OUTDIR: outdir,
    CDK_CONTEXT_JSON: JSON.stringify(context),
    CDK_VALIDATION: "false",
  };
  await promisify(exec)(APP_COMMAND, { env });
}

/** The template of a cloud assembly. */
export function readTemplate(outdir: string): { Resources: Record<string, { Type: string }> } {
  return JSON.parse(readFileSync(path.join(outdir, `${STACK_NAME}.template.json`), "utf8"));
}

/** How many resources of each type a template has, as lines of text. */
export function summarize({ Resources }: ReturnType<typeof readTemplate>): string[] {
  const counts = new Map<string, number>();
  for (const { Type } of Object.values(Resources)) counts.set(Type, (counts.get(Type) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([type, count]) => `${String(count).padStart(4)}  ${type}`);
}
