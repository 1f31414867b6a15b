import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type SynthResult, synthAll } from "../support/synth";
import { entry } from "./support";

const chat = resolve(__dirname, "../checks/fixtures/chat.ts");
const out = mkdtempSync(join(tmpdir(), "validation-"));
afterAll(() => rmSync(out, { recursive: true }));

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly conclusion: string;
    readonly violations: readonly { readonly ruleName: string }[];
    readonly suppressedViolations?: readonly { ruleName: string; acknowledgedAt: string }[];
  }[];
}

/** What is synthesized here with all validation, in one process: the CDK's validator takes seconds to load its rules. */
const contexts = {
  connection: { app: entry, ordering: "connection" },
  application: { app: entry, ordering: "application" },
  none: { app: entry, ordering: "none" },
  site: { app: resolve(__dirname, "../checks/fixtures/site/open.js") },
  "variable kept": { app: chat, ordering: "application" },
  "variable lost": { app: chat, ordering: "connection" },
} satisfies Record<string, Readonly<Record<string, string>>>;

type Name = keyof typeof contexts;

const results = new Map<string, SynthResult>();

beforeAll(async () => {
  const jobs = Object.entries(contexts).map(([name, context]) => ({
    outdir: join(out, name),
    context,
  }));
  const all = await synthAll(jobs);
  for (const [at, name] of Object.keys(contexts).entries()) {
    results.set(name, all[at] as SynthResult);
  }
}, 600_000);

function readReport(name: Name): Report {
  return JSON.parse(readFileSync(join(out, name, "validation-report.json"), "utf8"));
}

/** Runs `bin/rooms.ts` in a process of its own, which it ends itself. */
function synthesize(context: Record<string, string>) {
  const { NODE_ENV, JEST_WORKER_ID, CDK_VALIDATION, ...env } = process.env;
  const CDK_CONTEXT_JSON = JSON.stringify({ app: entry, ...context });
  return spawnSync(process.execPath, ["--import", "tsx", "bin/rooms.ts"], {
    cwd: resolve(__dirname, "../.."),
    env: { ...env, CDK_OUTDIR: out, CDK_CONTEXT_JSON },
    encoding: "utf8",
  });
}

/** Each rule that was acknowledged, and on which construct. */
function acknowledged({ pluginReports }: Report): string[] {
  const lines = pluginReports.flatMap(({ suppressedViolations = [] }) =>
    suppressedViolations.map(({ ruleName, acknowledgedAt }) => {
      const rule = ruleName.replace("AwsSolutions-", "").replace(/\[.*/, "");
      return `${rule} ${acknowledgedAt.replace("LambdaRooms/", "")}`;
    }),
  );
  return [...new Set(lines)].sort();
}

test.each(["connection", "application", "none"] as const)(
  "ordering %s passes AwsSolutions and CloudFormation's own rules",
  (ordering) => {
    expect(results.get(ordering)).toEqual({ status: 0, stderr: "" });
    // A validator that found nothing at all is not in the report.
    const report = readReport(ordering);
    expect(report.pluginReports.map(({ conclusion }) => conclusion)).toEqual(["success"]);
    expect(report.pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
    expect(acknowledged(report)).toEqual([
      "APIG4 Rooms/Gateway/Api/$connect-Route",
      "APIG4 Rooms/Gateway/Api/$default-Route",
      "APIG4 Rooms/Gateway/Api/$disconnect-Route",
      "IAM4 Rooms/Gateway/LogRole",
      ...(ordering === "application" ? ["IAM5 Rooms/Functions/ApplicationRole"] : []),
      "IAM5 Rooms/Functions/FanOutRole",
      "IAM5 Rooms/Functions/HeartbeatRole",
      "IAM5 Rooms/Functions/LaneRole",
      "IAM5 Rooms/Functions/PublishRole",
    ]);
  },
);

test("a site passes them too, and says why some rules do not hold for it", () => {
  const result = results.get("site");

  expect(result?.status).toBe(0);
  // A file of its folder that is not deployed is the only warning.
  expect(result?.stderr.match(/WARNING.*/g)).toEqual([
    expect.stringContaining("site/public/: .env."),
  ]);
  const report = readReport("site");
  const { pluginReports } = report;
  expect(
    pluginReports.flatMap(({ violations }) => violations).map(({ ruleName }) => ruleName),
  ).toEqual(["Annotation::lambda-rooms:application-1"]);
  const ofSite = acknowledged(report).filter((line) => /Site|Origin|CDKBucket/.test(line));
  expect(ofSite).toEqual([
    "CFR1 Rooms/Site/Distribution",
    "CFR2 Rooms/Site/Distribution",
    "CFR3 Rooms/Site/Distribution",
    "CFR4 Rooms/Site/Distribution",
    "IAM4 Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C512MiB",
    "IAM5 Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C512MiB",
    "L1 Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C512MiB",
    "S1 Rooms/Site/Files",
    "SMG4 Rooms/OriginSecret",
  ]);
});

test("a variable that lasts is no warning: ordering application keeps it, connection does not", () => {
  expect(results.get("variable lost")?.stderr).toMatch(/chat\.ts:\d+:\d+ {2}`\w+` is /);
  expect(results.get("variable kept")).toEqual({ status: 0, stderr: "" });
});

test.each(["http", "accountLogRole"])(
  "%s is true or false, and no other text",
  (name) => {
    const { status, stderr } = synthesize({ [name]: "yes" });
    expect(stderr).toBe(`Cannot synthesize: expected \`${name}\` to be true or false, got yes\n`);
    expect(status).toBe(1);
  },
  60_000,
);
