import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { waitFor } from "./support/wait-for";

/** Every script of package.json runs from its command line; what they do has tests of its own. */

const root = path.join(__dirname, "..");
const { scripts } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

/** What a script prints; rejects unless it exits with 0. Runs its line as npm does, which takes a third of a second. */
async function run(script: string, ...args: string[]): Promise<string> {
  const PATH = [path.join(root, "node_modules", ".bin"), process.env.PATH].join(path.delimiter);
  // The shell hands the arguments over as "$@".
  const line = ["-c", `${scripts[script]} "$@"`, script, ...args];
  const { stdout } = await promisify(execFile)("sh", line, {
    ...{ cwd: root, env: { ...process.env, PATH } },
    maxBuffer: 2 ** 24,
  });
  return stdout;
}

/** The shortest run of each, and what its output holds. */
const runs: Record<string, [args: string[], expected: string | RegExp]> = {
  start: [["--help"], "Usage: npm start"],
  build: [[], /^lane +\d/m],
  synth: [["--version"], /^2\.\d+/],
  deploy: [["--version"], /^2\.\d+/],
  test: [["--version"], /^\d+\.\d+/],
  "test:fast": [["--version"], /^\d+\.\d+/],
  lint: [["--help"], "Usage"],
  format: [["--help"], "Usage"],
  "check:closures": [["apps/chat.ts"], ""],
  "test:chaos": [["--help"], "Usage"],
  "test:differential": [["--help"], "Usage"],
  "test:parity": [["--help"], "Usage"],
  "test:fuzz": [["--help"], "Usage"],
  console: [["--help"], "Usage: npm run console"],
  inspect: [["--help"], "Usage: npm run inspect"],
  reset: [["--help"], "Usage: npm run reset"],
  "test:package": [["--help"], "Usage"],
  changeset: [["--help"], "Usage: npm run changeset"],
  redrive: [["--help"], "Usage: npm run redrive"],
  explain: [
    ["--claims", '{"rooms":{"a":["join"]}}', "join", "a"],
    "yes: the token grants join in a",
  ],
  schema: [[tmpdir()], "openapi.json"],
  picture: [[tmpdir()], "frame.svg"],
  bench: [["--only", "cold-start", "--smoke", "--json"], /"load-fanout"[\s\S]*"bytes-publish"/],
  "verify:aws": [["--dry-run"], "0"],
  load: [["--help"], "Usage: npm run load"],
  cost: [[], "Lambda Rooms, a month"],
};
/** Made of others, or a step of `.ci/run`, of `npm run test:package`, or of the site's own job. */
const composed = ["build:package", "check", "docs:build", "prepack", "types"];

test.each(Object.entries(runs))("npm run %s", async (script, [args, expected]) => {
  expect(await run(script, ...args)).toEqual(
    typeof expected === "string"
      ? expect.stringContaining(expected)
      : expect.stringMatching(expected),
  );
});

test("no script is left out", () => {
  expect([...Object.keys(runs), ...composed].sort()).toEqual(Object.keys(scripts).sort());
});

test("npm start frees its port when it is told to end, also by way of npm", async () => {
  const child = spawn("npm", ["start", "--silent", "--", "--port", "0"], { cwd: root });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  const ended = once(child, "exit");
  await waitFor(() => text.includes("Ctrl-C"), 60_000);
  const [, url = ""] = /Page +(http\S+)/.exec(text) ?? [];
  expect((await fetch(url)).status).toBe(200);
  child.kill("SIGTERM");
  await ended;
  await expect(fetch(url)).rejects.toThrow("fetch failed");
});
