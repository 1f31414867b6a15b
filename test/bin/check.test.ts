import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** What `lambda-rooms check` says of variables that belong to connections. */

const root = path.join(__dirname, "../..");
const folder = mkdtempSync(path.join(tmpdir(), "check-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Checks an application with a variable of its connection handler, and this besides. */
function check(body: string, ordering: string) {
  const app = path.join(folder, "server.js");
  writeFileSync(
    app,
    `const io = require("socket.io")(3000);
io.on("connection", (s) => { let n; s.on("a", (x) => { n = x; }); s.on("b", () => s.emit("n", n)); ${body} });`,
  );
  const args = ["--import", "tsx", "bin/cli.ts", "check", app, "--ordering", ordering];
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, args, { cwd: root }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

const GAME = "const game = new (require('g').Game)(); s.on('c', () => game.go());";

test.each(["auto", "connection"])(
  "with %s, what connections keep is said and not complained of",
  async (ordering) => {
    const { code, stdout, stderr } = await check("", ordering);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/which keeps what its handlers hold:\n.*`n` is assigned/);
    expect(stdout).toContain('nothing to mend, ordering "connection"');
  },
);

test("what connections may be unable to keep takes one lane, and the reason is said", async () => {
  const { stdout } = await check(GAME, "auto");
  expect(stdout).toContain('ordering "application"');
  expect(stdout).toMatch(/cannot keep it by themselves, since\n.*`game` may hold/);
});

test("with connection set by hand it is named as lost, with the reason", async () => {
  const { code, stdout, stderr } = await check(GAME, "connection");
  expect(code).toBe(1);
  expect(stderr).toContain('`n` is assigned in the listener for "a" but does not outlive');
  expect(stdout).toMatch(/Connections do not keep .*, since\n.*`game` may hold/);
});

test("without a lane nothing is kept, and it is named", async () => {
  const { code, stdout, stderr } = await check("", "none");
  expect(code).toBe(1);
  expect(stderr).toContain("`n` is assigned");
  expect(stdout).not.toContain("keeps what its handlers hold");
});
