import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { readOptions } from "../../verify/options";
import { probes } from "../../verify/probes";
import type { Report } from "../../verify/report";

/** `npm run verify:aws`, as far as it goes without AWS. */

const run = promisify(execFile);
// No account: the SDK would look for one in files and at the address of EC2's metadata.
const offline = {
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_CONFIG_FILE: "/nonexistent",
  AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
  AWS_REGION: "us-east-1",
};
const verify = (...args: string[]) =>
  run("node", ["--import", "tsx", "verify/run.ts", ...args], {
    env: { ...process.env, ...offline },
  }).catch((error: { code: number; stdout: string; stderr: string }) => error);

/** Locally these ask nothing: they are about the account. */
const NEED_AWS = [0];
/** A slow neighbour: its limit is one of time, so on a busy machine either answer is a measurement. */
const MEASURED = [7];

test("every probe measures something at the local stack, and the report holds it", async () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "verify-")), "report.json");
  const { stdout, stderr } = await verify("--local", "--quick", "--long", "--report", file);
  const report: Report = JSON.parse(readFileSync(file, "utf8"));
  const verdicts = report.probes.map(({ number, verdict, differences, error }) =>
    MEASURED.includes(number) && verdict === "differs"
      ? { number, verdict: "ok" }
      : {
          number,
          verdict,
          ...(verdict === "ok" || verdict === "skipped" ? {} : { differences, error }),
        },
  );
  const expected = probes.map(({ number }) => ({
    number,
    verdict: NEED_AWS.includes(number) ? "skipped" : "ok",
  }));
  expect(verdicts).toEqual(expected);
  // One line for each as it ends, and what was not tried is said.
  for (const { title } of probes) expect(stdout).toContain(title);
  expect(stdout.match(/not tried: needs AWS/g)?.length).toBeGreaterThanOrEqual(5);
  expect(stderr).toBe("");
  expect(report).toMatchObject({ platform: "local", isInterrupted: false });
}, 400_000);

test("a dry run without an account prints the plan and the template, and says what it cannot", async () => {
  const { stdout } = await verify("--dry-run", "--only", "3,5");
  expect(stdout).toMatch(/^ 3 {2}connecting \(about 1 min, \$0\.00\)$/m);
  expect(stdout).toMatch(/^ 5 {2}order of frames \(about 1 min, \$0\.02\)$/m);
  expect(stdout).not.toMatch(/the account/);
  expect(stdout).toMatch(/^The template cannot be compared with what is deployed: /m);
  expect(stdout).toMatch(/^ {3}6 {2}AWS::Lambda::Function$/m);
  expect(stdout).toMatch(/^ {3}1 {2}AWS::ApiGatewayV2::Stage$/m);
});

test("the command line is refused with what was expected", async () => {
  const message = "Cannot verify: expected --only to list numbers from 0 to 17, got";
  expect(await verify("--only", "17")).toMatchObject({ code: 2, stderr: `${message} 17\n` });
  for (const only of ["a", "", "3,"]) {
    expect(() => readOptions(["--only", only])).toThrow(`${message} ${only}`);
  }
});
