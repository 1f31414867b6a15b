import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Annotations, Match } from "aws-cdk-lib/assertions";
import { localEnvironment } from "../../bin/environment";
import { describeUnset, findEnvironmentReads } from "../../checks/environment";
import { readEnvironment } from "../../lib/read-environment";
import { roomsStack, roomsTemplate } from "../lib/support";

const entry = path.join(__dirname, "fixtures/environment.mjs");
const directory = mkdtempSync(path.join(tmpdir(), "environment-"));
afterAll(() => rmSync(directory, { recursive: true }));

test("finds every form in which the environment is read", () => {
  const found = findEnvironmentReads(entry).map(
    ({ line, name, hasFallback }) => `${line} ${name}${hasFallback ? ", or else" : ""}`,
  );
  expect(found).toEqual([
    "4 TOKEN",
    "4 REGION, or else",
    "4 OTHER-KEY",
    "4 undefined",
    "5 PORT, or else",
    "6 COLOR, or else",
    "7 undefined",
    "12 SECRET",
    "12 KEY",
    "12 FLAG",
  ]);
});

test("names what would be undefined, and reads whose names the source does not tell", () => {
  const reads = findEnvironmentReads(entry);
  const lines = describeUnset(reads, (name) => name !== "SECRET", "`.env`");
  const at = "test/checks/fixtures/environment.mjs";
  expect(lines).toEqual([
    expect.stringMatching(`^${at}:4:.*names that the source does not tell.*\`\\.env\`$`),
    expect.stringMatching(`^${at}:7:.*names that the source does not tell`),
    `${at}:12:33  \`process.env.SECRET\` is undefined, since nothing sets it: set it by \`.env\``,
  ]);
});

test("synth names variables that nothing sets, and how to set them", () => {
  const stack = roomsStack({ entry, environment: { TOKEN: "t" } });
  const warnings = Annotations.fromStack(stack).findWarning("*", Match.anyValue());
  const text = warnings.map(({ entry: { data } }) => String(data)).join("\n");
  expect(text).toMatch(/environment\.mjs:12:33 {2}`process\.env\.SECRET` is undefined.*envFile=/);
  expect(text).not.toContain("process.env.TOKEN");
  expect(text).not.toContain("PORT");
});

test("the functions that load the application get its variables, and no others do", () => {
  const functions = roomsTemplate({ environment: { SECRET: "abc" } }).findResources(
    "AWS::Lambda::Function",
    { Properties: { Environment: { Variables: { SECRET: "abc" } } } },
  );
  const names = Object.values(functions).map(({ Properties: { Description } }) => Description);
  expect(names).toEqual([
    expect.stringContaining("Runs the application"),
    expect.stringContaining("Lets other code publish"),
  ]);
});

test.each([
  ["AWS_REGION", "Lambda and the AWS SDK set it"],
  ["LAMBDA_TASK_ROOT", "Lambda and the AWS SDK set it"],
  ["NODE_OPTIONS", "it changes how Lambda's runtime starts"],
  ["TABLE_NAME", "Lambda Rooms sets it"],
  ["MY-KEY", "Lambda expects a letter"],
])("refuses to set %s", (name, reason) => {
  expect(() => roomsStack({ environment: { [name]: "x" } })).toThrow(
    `Cannot set the variable ${name}: ${reason}`,
  );
});

test("refuses more than Lambda's 4 KB, naming the largest", () => {
  const environment = { SMALL: "x", LARGE: "x".repeat(4000) };
  expect(() => roomsStack({ environment })).toThrow(
    /at most 4096 bytes for all variables.*Lambda's limit.*largest is LARGE/,
  );
});

test("reads a named file and JSON from the command line; JSON wins", () => {
  const file = path.join(directory, "named.env");
  writeFileSync(file, 'A=1\nB="two words" # comment\n');
  expect(readEnvironment('{"A":"2"}', file)).toEqual({ A: "2", B: "two words" });
  expect(readEnvironment({ A: "2" }, undefined)).toEqual({ A: "2" });
  expect(readEnvironment(undefined, undefined)).toEqual({});
  expect(() => readEnvironment("A=1", undefined)).toThrow("expected JSON such as");
  expect(() => readEnvironment(undefined, "none.env")).toThrow("Cannot read `envFile`");
});

describe("on this machine", () => {
  const folder = path.join(directory, "app");
  const app = path.join(folder, "server.js");
  beforeAll(() => {
    mkdirSync(folder);
    writeFileSync(app, "console.log(process.env.SECRET, process.env.FILE, process.env.GONE);");
    writeFileSync(path.join(folder, ".env"), "SECRET=file\nFILE=yes\nEXTRA=1\nAWS_REGION=here\n");
  });

  test("a file beside the application and the shell set variables; the shell wins", () => {
    const shell = { SECRET: "shell", OTHER: "mine", AWS_REGION: "there" };
    const { variables, warnings } = localEnvironment(app, shell);
    expect(variables).toEqual({ SECRET: "shell", FILE: "yes", EXTRA: "1" });
    expect(warnings).toEqual([
      ".env cannot set AWS_REGION: Lambda and the AWS SDK set it",
      expect.stringMatching(/server\.js:1:51 {2}`process\.env\.GONE` is undefined/),
    ]);
  });
});
