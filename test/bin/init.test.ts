import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { run } from "./run";

/** `lambda-rooms init`, in projects of several shapes. */

const SERVER =
  'const { Server } = require("socket.io");\nnew Server(3000).on("connection", () => {});\n';
const CLIENT = 'const { io } = require("socket.io-client");\nio("http://localhost");\n';

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "init-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes files, and runs the command among them. */
function init(files: Readonly<Record<string, unknown>>, ...args: string[]) {
  for (const [name, value] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value, undefined, 4));
  }
  return run(["init", ...args], { cwd: folder });
}
const read = (name: string) => readFileSync(path.join(folder, name), "utf8");

test.each([
  ["main", { main: "lib/run.js" }, { "lib/run.js": SERVER, "server.js": CLIENT }, "lib/run.js"],
  [
    "a script",
    { scripts: { start: "NODE_ENV=production node --inspect ./src/run.js" } },
    { "src/run.js": SERVER },
    "src/run.js",
  ],
  ["a usual name", {}, { "index.js": CLIENT, "src/app.js": SERVER }, "src/app.js"],
  ["a look at all files", {}, { "a/b/deep.js": SERVER, "a/page.js": CLIENT }, "a/b/deep.js"],
  [
    "the file that imports the one with the server",
    {},
    { "z.js": 'require("./sockets");\nrequire("socket.io");', "sockets.js": SERVER },
    "z.js",
  ],
])("the server is found by %s", async (_, manifest, files, expected) => {
  const { code, stdout, stderr } = await init(
    { "package.json": { name: "@me/my_chat", ...manifest }, ...files },
    "--yes",
    "--json",
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({ entry: expected });
  expect(JSON.parse(read("lambda-rooms.json"))).toEqual({
    ...{ entry: expected, stackName: "LambdaRooms-my-chat" },
  });
});

test("what is there stays, and a second run has nothing to do", async () => {
  const scripts = { start: "node server.js", "dev:lambda": "my own" };
  const files = {
    "package.json": { name: "a", scripts, other: [1] },
    "server.js": SERVER,
    ".gitignore": "/build",
  };
  const first = await init(files, "--yes");
  expect(first.stdout).toContain("The server is server.js (scripts.start of package.json)");
  const manifest = read("package.json");
  expect(JSON.parse(manifest)).toEqual({
    ...{ name: "a", other: [1] },
    scripts: {
      ...scripts,
      "check:lambda": "lambda-rooms check",
      "deploy:lambda": "lambda-rooms deploy",
    },
  });
  expect(manifest).toMatch(/^ {4}"name"/m);
  expect(read(".gitignore")).toBe("/build\nverify-report.json\n");
  const second = await init({}, "--yes");
  expect(second.stdout).toContain("nothing is to be done");
  expect(read("package.json")).toBe(manifest);
});

test("without a terminal and without --yes it writes nothing, and ends with 2", async () => {
  const { code, stderr, stdout } = await init({ "package.json": {}, "server.js": SERVER });
  expect(code).toBe(2);
  expect(stderr).toContain("expected --yes, since there is no terminal");
  expect(stdout).toContain("lambda-rooms.json (new)");
  expect(() => read("lambda-rooms.json")).toThrow("ENOENT");
});

test.each([
  ["no package.json", {}, "expected package.json in the working directory"],
  [
    "no server",
    { "package.json": { main: "gone.js", scripts: { start: "vite" } }, "app.js": CLIENT },
    /got none\. Looked at\n {2}main of package\.json: gone\.js: not there\n {2}scripts\.start of package\.json: names no file\n[\s\S]*app\.js: no Socket\.IO server is made there[\s\S]*npx lambda-rooms init path/,
  ],
  [
    "two servers",
    { "package.json": {}, "app.js": SERVER, "server.js": SERVER },
    "expected one file that makes a Socket.IO server, got server.js, app.js",
  ],
])("%s is refused with reasons", async (_, files, message) => {
  const { code, stderr } = await init(files, "--yes");
  expect(code).not.toBe(0);
  expect(stderr).toMatch(message);
});

test("a file that makes no server is refused where it is named", async () => {
  const { stderr } = await init({ "package.json": {}, "a.js": CLIENT }, "a.js");
  expect(stderr).toContain("expected a.js to make a Socket.IO server");
});
