import { execFile } from "node:child_process";
import path from "node:path";
import { describeLocks, findLocks, hasConnectLocks } from "../../checks/locks";
import { roomsStack } from "../lib/support";

const fixtures = path.join(__dirname, "fixtures/locks");
const root = path.join(__dirname, "../..");

function find(file: string): string[] {
  return findLocks(path.join(fixtures, file)).map(
    ({ file, line, what }) => `${path.basename(file)}:${line} ${what}`,
  );
}

test("finds locks of the engine and of the HTTP server", () => {
  expect(find("engine.cjs")).toEqual([
    'engine.cjs:6 io.engine.on("connection")',
    "engine.cjs:7 io.engine.generateId",
    'engine.cjs:14 server.on("upgrade")',
    "engine.cjs:15 server.maxConnections",
    "engine.cjs:17 requestCert",
  ]);
});

test("finds locks among options, in variables, spreads, other files and assignments", () => {
  expect(find("options.mjs")).toEqual([
    "options.mjs:7 transports",
    "options.mjs:8 cors",
    "options.mjs:11 parser",
    "options.mjs:12 cors",
    "options.mjs:13 cors",
  ]);
});

test.each([
  ["engine.cjs", true],
  ["options.mjs", true],
  ["late.mjs", false],
  ["harmless.mjs", false],
])("whether the function of $connect runs %s is %p", (file, expected) => {
  expect(hasConnectLocks(path.join(fixtures, file))).toBe(expected);
});

test("finds middlewares that are registered only after something was awaited", () => {
  expect(find("late.mjs")).toEqual([
    "late.mjs:9 io.use",
    'late.mjs:15 io.of("/a").use',
    "late.mjs:42 own.use",
    "late.mjs:48 io.use",
    "late.mjs:54 io.use",
    "late.mjs:69 io.use",
  ]);
});

test.each([
  "test/checks/fixtures/locks/harmless.mjs",
  "apps/chat.ts",
  "test/e2e/app.ts",
  "test/e2e/recovering-app.ts",
])("%s has none that is open in silence", (file) => {
  expect(findLocks(path.join(root, file))).toEqual([]);
});

test("says where, why and what to do instead", () => {
  const [first] = findLocks(path.join(fixtures, "engine.cjs"));
  expect(describeLocks(first ? [first] : [])).toMatch(
    /locks\/engine\.cjs:6:1 {2}`io\.engine\.on\("connection"\)` would be ignored.*Engine\.IO socket.*\n +Instead: io\.use\(/,
  );
});

test("the construct refuses such an application, on this machine too", () => {
  const entry = path.join(fixtures, "engine.cjs");
  expect(() => roomsStack({ entry })).toThrow(/engine\.cjs:6:1[\s\S]*Instead: io\.use/);
});

test.each([
  ["npm start", ["bin/start.ts", "--port", "0", "--app", "test/checks/fixtures/locks/engine.cjs"]],
  ["cdk synth", ["bin/rooms.ts"]],
])("%s says so and exits with 1, without a stack trace", async (_, args) => {
  const context = { app: "test/checks/fixtures/locks/engine.cjs" };
  const env = { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context) };
  const { code, output } = await new Promise<{ code: number | null; output: string }>((resolve) => {
    const tsx = path.join(root, "node_modules/.bin/tsx");
    const child = execFile(tsx, args, { cwd: root, env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });
  expect(code).toBe(1);
  expect(output).toContain(
    'test/checks/fixtures/locks/engine.cjs:6:1  `io.engine.on("connection")`',
  );
  expect(output).not.toMatch(/^ +at /m);
});
