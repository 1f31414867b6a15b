import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

/**
 * In processes of their own: only the real process sees an unhandled rejection, and the
 * heap can be told only where garbage can be collected on demand.
 */

const FRESH = "2500";
const SEED = "20261125";

async function run(script: string, ...args: string[]): Promise<string> {
  const file = path.join(__dirname, script);
  const node = ["--expose-gc", "--import", "tsx", file, ...args];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, node, { maxBuffer: 2 ** 26 });
    return stdout;
  } catch (error) {
    // What the process has said tells more than that it has failed.
    const { stdout, message } = error as Error & { stdout?: string };
    throw new Error(stdout || message);
  }
}

test("each oracle sees the defect that it is for", async () => {
  await run("defects.ts");
});

test(`the corpus and ${FRESH} new frames show no violation`, async () => {
  const out = path.join(__dirname, "../../build/fuzz-violation.json");
  const said = await run("run.ts", "--inputs", FRESH, "--seed", SEED, "--out", out);
  expect(said).toContain(" 0 violations");
});
