import { execFile } from "node:child_process";
import path from "node:path";

const root = path.join(__dirname, "../..");

/** Runs the command as a shell would. */
function run(...args: string[]): Promise<{ code: number; output: string }> {
  const tsx = path.join(root, "node_modules/.bin/tsx");
  return new Promise((resolve) => {
    const child = execFile(
      tsx,
      ["checks/closures/command.ts", ...args],
      { cwd: root },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}

test("exits with 0 and says nothing about the chat, which is the default", async () => {
  expect(await run()).toEqual({ code: 0, output: "" });
});

test("exits with 1 and names what it found", async () => {
  const { code, output } = await run("test/checks/fixtures/wrapper.ts");
  expect(code).toBe(1);
  expect(output).toMatch(/^test\/checks\/fixtures\/wrapper\.ts:13:7 {2}`count` is assigned .+\n$/);
});

test("exits with 1 and says what it expected if there is no such file", async () => {
  expect(await run("no-such-file.ts")).toEqual({
    code: 1,
    output: "Cannot check: expected a source file, got no-such-file.ts\n",
  });
});

test("says nothing about what connections keep by themselves", async () => {
  expect(await run("test/e2e/connections-app.js")).toEqual({ code: 0, output: "" });
});
