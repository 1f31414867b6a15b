import { execFile } from "node:child_process";
import path from "node:path";
import { describeLoadError, findLoadError } from "../../bin/load-error";
import { startLocalStack } from "../../local";
import { synthesize } from "./play";

const root = path.join(__dirname, "../..");
const broken = (file: string) => path.join("test/apps/broken", file);

/** What a person reads who starts such an application. */
async function messageOf(file: string): Promise<string | undefined> {
  const assembly = synthesize(broken(file));
  const limits = { spareContainers: 1 };
  const stack = await startLocalStack({ assembly, port: 0, log: () => undefined, limits });
  try {
    const error = await findLoadError(stack);
    return error && describeLoadError(error, broken(file));
  } finally {
    await stack.close();
  }
}

test.each([
  [
    "throws.ts",
    `Cannot load test/apps/broken/throws.ts: TypeError: Cannot read properties of undefined (reading 'port')
    at test/apps/broken/throws.ts:11:18

     9 |
    10 | const config = undefined as unknown as Config;
  > 11 | io.listen(config.port);
       |                  ^`,
  ],
  [
    "rejects.js",
    `Cannot load test/apps/broken/rejects.js: no database
    at test/apps/broken/rejects.js:6:36

    4 | async function main() {
    5 |   await sleep(20);
  > 6 |   if (!process.env.DATABASE) throw new Error("no database");
      |                                    ^
    7 |   return new Server(3000);
    8 | }`,
  ],
  [
    "tla.mjs",
    `Cannot load test/apps/broken/tla.mjs: TypeError: no such thing
    at test/apps/broken/tla.mjs:2:7

    1 | await new Promise((r) => setTimeout(r, 20));
  > 2 | throw new TypeError("no such thing");
      |       ^`,
  ],
  [
    "two.js",
    `Cannot host test/apps/broken/two.js: it makes 2 servers of socket.io, and one is hosted:
    test/apps/broken/two.js:3:13
    test/apps/broken/two.js:5:10
  Paste at its end, with the name of the one that clients use:
    module.exports = { io };`,
  ],
  [
    "none.mjs",
    `Cannot host test/apps/broken/none.mjs: it has made no server of socket.io while it was loaded.
  Looked for \`new Server(…)\` and \`require("socket.io")(…)\`, anywhere in the application, and for an export \`io\`.
  If a function makes the server, paste at the end, with the name of that function:
    export const io = makeServer();`,
  ],
])("%s says the file, the line and what to do", async (file, message) => {
  expect(await messageOf(file)).toBe(message);
});

test("npm start says it once and never that it is ready", async () => {
  const args = ["--import", "tsx", "bin/start.ts", "--port", "0", "--app", broken("rejects.js")];
  const { code, output } = await new Promise<{ code: number | null; output: string }>((resolve) => {
    const child = execFile(process.execPath, args, { cwd: root }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });
  expect(code).toBe(1);
  expect(output.match(/no database/g)).toHaveLength(2);
  expect(output).toContain("rejects.js:6:36\n");
  expect(output).not.toContain("Ready");
});
