import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readConfig, settingsOf } from "../../bin/command/config";
import { propsFrom } from "../../bin/read-props";

/** `lambda-rooms.json`, the options of a command line, and the construct's properties that both become. */

const before = process.cwd();
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "config-"));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const write = (value: unknown) =>
  writeFileSync("lambda-rooms.json", typeof value === "string" ? value : JSON.stringify(value));

test("without a file nothing is set", () => {
  expect(readConfig("deploy")).toEqual({ settings: {} });
});

test("the file's settings stand, and the command line wins", () => {
  write({ entry: "a.js", stackName: "Chat", ordering: "none", memoryMb: 512, files: ["a"] });
  const config = readConfig("deploy");
  expect(config).toMatchObject({ entry: "a.js", stackName: "Chat" });
  const values = {
    ...{ ordering: "application", "lane-timeout": 20, files: [], tracing: "true" },
    ...{ environment: '{"A":"b"}', "spending-per-address": Number.POSITIVE_INFINITY },
  };
  expect(settingsOf("deploy", values, config)).toEqual({
    ...{ ordering: "application", memoryMb: 512, files: ["a"], laneTimeout: 20, tracing: true },
    ...{ environment: { A: "b" }, spendingPerAddress: "Infinity" },
  });
});

test.each([
  [{ memoryMB: 512 }, 'expected "memoryMb" in lambda-rooms.json, got "memoryMB"'],
  [{ zzzzzz: 1 }, "expected one of entry, "],
  [{ memoryMb: "512" }, 'expected "memoryMb" of lambda-rooms.json to be a number, got "512"'],
  [{ ordering: "both" }, "to be one of auto, connection, application, none"],
  [{ environment: [] }, "to be an object, got []"],
  [{ allowedOrigins: "https://a" }, "to be a list of texts"],
  [{ entry: 3 }, 'expected "entry" of lambda-rooms.json to be a text, got 3'],
  [[], "to hold a JSON object"],
  ["{", "to hold a JSON object: "],
])("%j is refused with the way out", (value, message) => {
  write(value);
  expect(() => readConfig("deploy")).toThrow(message);
});

test("an option that is not JSON is refused", () => {
  expect(() => settingsOf("deploy", { throttle: "fast" }, { settings: {} })).toThrow(
    "Cannot deploy: expected --throttle to be a JSON object, got fast",
  );
});

test("settings become properties of the construct", () => {
  const given: Readonly<Record<string, unknown>> = {
    ...{ app: "a.js", memoryMb: 512, laneTimeout: 20, logRetention: 7, removalPolicy: "retain" },
    ...{ throttle: { rateLimit: 5, burstLimit: 9 }, allowedOrigins: ["https://a"], metrics: false },
    ...{ budget: 50, budgetEmails: ["a@b.c"], spendingPerAddress: "Infinity", site: "false" },
  };
  const props = propsFrom((name) => given[name]);
  expect(props).toMatchObject({
    ...{ entry: "a.js", memoryMb: 512, logRetention: 7, removalPolicy: "retain", metrics: false },
    ...{ throttle: { rateLimit: 5, burstLimit: 9 }, allowedOrigins: ["https://a"], site: false },
    ...{ budget: { dollarsPerMonth: 50, emails: ["a@b.c"] }, spendingPerAddress: Infinity },
  });
  expect(props.laneTimeout?.toSeconds()).toBe(20);
  expect(() => propsFrom((name) => (name === "removalPolicy" ? "keep" : undefined))).toThrow(
    "expected `removalPolicy` to be destroy or retain, got keep",
  );
});
