import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { missingPackages } from "../../bin/synthesize";
import { FakeAws } from "../support/fake-aws";
import { root, run } from "./run";

/** `lambda-rooms deploy` and `destroy` against a stand-in of AWS, with the CDK's true command. AWS itself is untried. */

let aws: FakeAws;
beforeAll(async () => {
  aws = await FakeAws.start();
});
afterAll(() => aws.close());
beforeEach(() => {
  aws.set({});
  aws.actions.length = 0;
});

const entry = "apps/chat.ts";
const command = (...args: string[]) => run(args, { env: aws.environment });
const deploy = (stack: string, ...args: string[]) =>
  command("deploy", entry, "--stack-name", stack, ...args);

test("a stack is created, changed and deleted, resource by resource", async () => {
  const made = await deploy("Chat");
  expect(made.stderr).toContain("Deploying Chat to the account 123456789012 in eu-central-1");
  expect(made.stderr).toMatch(/^ {2}1 of \d+ {2}created {2}\S.* {2}\d+ s$/m);
  const [, last, total] = /(\d+) of (\d+) {2}created {2}\S[^\n]*\n$/.exec(made.stderr) ?? [];
  expect(last).toBe(total);
  expect(made.stderr).toMatch(/created {2}function Lane {2}/);
  expect(made.stdout).toMatch(/Chat is deployed[\s\S]*WebSocket {2}Endpoint & more/);
  expect(made.code).toBe(0);
  // No control characters where no terminal is.
  expect(made.stderr).not.toMatch(/\p{Cc}(?<!\n)/u);

  const changed = await deploy("Chat", "--memory-mb", "512", "--json");
  expect(changed.stderr).toMatch(/ of \d+ {2}updated {2}function Lane/);
  expect(JSON.parse(changed.stdout)).toMatchObject({
    ...{ ok: true, stackName: "Chat", region: "eu-central-1", account: "123456789012" },
    outputs: { Client: "Client & more" },
  });

  const asked = await command("destroy", "--stack-name", "Chat");
  expect(asked.code).toBe(2);
  expect(asked.stderr).toMatch(/its table, with all that sockets[\s\S]*expected --yes/);
  expect(aws.actions).not.toContain("DeleteStack");
  const gone = await command("destroy", "--stack-name", "Chat", "--yes", "--json");
  expect(gone.stderr).toMatch(/deleted {2}table Table/);
  expect(JSON.parse(gone.stdout)).toMatchObject({
    kept: ["role Log", "log setting of API Gateway Account"],
  });
  expect(aws.unsigned).toBe(0);
});

test("what fails is named with its reason, and where the stack is", async () => {
  aws.set({ fails: /LanesQueue/ });
  const { code, stderr } = await deploy("Broken");
  expect(stderr).toMatch(/FAILED {2}queue Lanes Queue/);
  expect(stderr).toContain(
    "Cannot deploy: CloudFormation could not make queue Lanes Queue: The account has too many of them\nWhat had been created is deleted again.",
  );
  expect(code).toBe(1);
});

test("an account that is not prepared is named with the command that prepares it", async () => {
  aws.set({ isBootstrapped: false });
  const { code, stderr } = await deploy("New");
  expect(stderr).toContain("run `npx cdk bootstrap aws://123456789012/eu-central-1`");
  expect(code).toBe(1);
});

const outputs = { PublishUrl: "https://x", DeadLetters: "arn" };

test.each([
  ["UPDATE_IN_PROGRESS", "wait until it has ended"],
  ["UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name Held"],
  ["DELETE_FAILED", "npx lambda-rooms destroy --stack-name Held"],
])("a stack in %s is not deployed to", async (status, wayOut) => {
  aws.put("Held", { Resources: {} }, outputs, status);
  const { code, stderr } = await deploy("Held");
  expect(stderr).toContain(`got ${status}: `);
  expect(stderr).toContain(wayOut);
  expect(code).toBe(1);
});

test("a stack of another kind is neither changed nor deleted", async () => {
  aws.put("Shop", { Description: "A shop", Resources: {} }, {}, "CREATE_COMPLETE");
  for (const ended of [
    await deploy("Shop"),
    await command("destroy", "--stack-name", "Shop", "--yes"),
  ]) {
    expect(ended.stderr).toContain("expected Shop to be a stack of Lambda Rooms, got another");
    expect(ended.code).toBe(1);
  }
  expect(aws.actions).not.toContain("DeleteStack");
});

test("what cannot be deleted is named", async () => {
  const Resources = { SiteBucket: { Type: "AWS::S3::Bucket" } };
  aws.put("Full", { Resources }, outputs, "CREATE_COMPLETE");
  aws.set({ fails: /Bucket/ });
  const { code, stderr } = await command("destroy", "--stack-name", "Full", "--yes");
  expect(stderr).toMatch(/could not delete bucket \S+: The bucket is not empty/);
  expect(code).toBe(1);
});

describe("without what it needs, it says how to get it", () => {
  test.each([
    ["no credentials", { AWS_ACCESS_KEY_ID: "" }, "expected credentials for AWS, got none"],
    ["no Region", { AWS_REGION: "" }, "expected a Region of AWS, got none: --region"],
    ["no answer", { AWS_ENDPOINT_URL: "http://127.0.0.1:1" }, "is this machine online?"],
  ])("%s", async (_, env, message) => {
    const given = { env: { ...aws.environment, ...env } };
    const { code, stderr } = await run(["destroy", "--yes"], given);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });

  test.each([
    ["ExpiredToken", "Sign in again"],
    ["AccessDenied", "An administrator of the account can grant it"],
  ])("%s", async (code, message) => {
    aws.set({ refusals: { GetCallerIdentity: code } });
    const { stderr } = await command("destroy", "--yes");
    expect(stderr).toContain(message);
  });

  test("packages", () => {
    expect(missingPackages("deploy", ["aws-cdk", "aws-cdk-lib", "constructs"]).message).toBe(
      "Cannot deploy: expected aws-cdk, aws-cdk-lib and constructs beside lambda-rooms, got none: npm install --save-dev aws-cdk aws-cdk-lib constructs",
    );
  });
});

describe("a dry run", () => {
  const dry = (...args: string[]) => run(["deploy", "--dry-run", ...args]);

  test("says what would be created, what it takes and costs, with no account", async () => {
    const { code, stdout, stderr } = await dry(entry, "--stack-name", "Chat");
    expect(stderr).toBe("");
    expect(stdout).toMatch(/The stack Chat with apps\/chat\.ts, ordering "connection"/);
    expect(stdout).toMatch(
      /^ +6 {2}functions +Connect, Disconnect, FanOut, Heartbeat, Lane, Publish$/m,
    );
    expect(stdout).toMatch(/Code, unpacked: .*Lane [1-9]\d* KB/);
    expect(stdout).toContain("sts:AssumeRole");
    expect(stdout).toMatch(/\$ +\d+\.\d\d a month without users/);
    expect(stdout).toContain("Nothing was deployed");
    expect(code).toBe(0);
  });

  test("prints the same for a machine", async () => {
    const { stdout } = await dry(entry, "--json", "--ordering", "application");
    const plan = JSON.parse(stdout);
    expect(plan).toMatchObject({ ok: true, ordering: "application", findings: [] });
    expect(plan.count).toBe(
      plan.kinds.reduce((sum: number, { names }: { names: string[] }) => sum + names.length, 0),
    );
    expect(plan.permissions.functions.Disconnect).toContain("sqs:SendMessage");
    expect(plan.functions.every(({ bytes }: { bytes: number }) => bytes > 1000)).toBe(true);
  });

  test("refuses what a deployment would refuse", async () => {
    const locked = "test/checks/fixtures/locks/engine.cjs";
    const { code, stdout, stderr } = await dry(locked, "--json");
    expect(code).toBe(1);
    expect(stderr).toContain('`io.engine.on("connection")` would be ignored');
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, refusals: [expect.any(String)] });
  });
});

test("a project's file gives what the command line does not", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "deploy-"));
  mkdirSync(path.join(folder, "apps"));
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  writeFileSync(path.join(folder, "server.js"), 'new (require("socket.io").Server)(3000);\n');
  const config = { entry: "server.js", stackName: "FromFile", profile: "nobody-has-this" };
  writeFileSync(path.join(folder, "lambda-rooms.json"), JSON.stringify(config));
  const { stderr } = await run(["destroy", "--yes"], { cwd: folder, env: aws.environment });
  expect(stderr).toContain("of the profile nobody-has-this");
  rmSync(folder, { recursive: true });
});
