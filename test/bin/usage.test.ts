import { execFile } from "node:child_process";
import path from "node:path";
import { COMMANDS } from "../../bin/commands";
import { nearest } from "../../bin/nearest";
import { readOptions } from "../../bin/options";
import { readArguments, UsageError } from "../../bin/usage";

const root = path.join(__dirname, "../..");

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `lambda-rooms` from its sources, as a shell would. */
function run(...args: string[]): Promise<Ended> {
  const all = ["--import", "tsx", "bin/cli.ts", ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, all, { cwd: root }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

test.each([
  ["prot", "port"],
  ["sit", "site"],
  ["conc", "concurrency"],
  ["orderign", "ordering"],
])("%s is taken for %s", (word, meant) => {
  const words = ["app", "site", "port", "host", "ordering", "containers", "concurrency"];
  expect(nearest(word, words)).toBe(meant);
});

test.each(["xyz", "con", "q"])("%s is taken for no option", (word) => {
  const words = ["port", "ordering", "containers", "concurrency"];
  expect(nearest(word, words)).toBeUndefined();
});

describe("a wrong command line", () => {
  const read = (...args: string[]) =>
    readArguments("start", {
      args,
      options: { port: { type: "string" }, help: { type: "boolean" } },
    });

  test.each([
    [
      ["--prot", "1"],
      "Cannot start: expected one of the options --port, --help, got --prot. Did you mean --port?",
    ],
    [["--what"], "Cannot start: expected one of the options --port, --help, got --what"],
    [["--port"], "Cannot start: expected a value after --port, got none"],
    [["--port", "--help"], "Cannot start: expected a value after --port, got none"],
    [["--help=yes"], "Cannot start: expected no value after --help, got one"],
    [["server.js"], "Cannot start: expected options only, got server.js"],
  ])("%j is refused with the way out", (args, message) => {
    expect(() => read(...args)).toThrow(UsageError);
    expect(() => read(...args)).toThrow(message);
  });
});

describe("lambda-rooms dev", () => {
  const [, program = ""] = process.argv;
  beforeAll(() => {
    process.argv[1] = "lambda-rooms dev";
  });
  afterAll(() => {
    process.argv[1] = program;
  });

  test("takes the file as its argument, or as the script's option", () => {
    const app = "apps/chat.ts";
    expect(readOptions([app])).toMatchObject({ app, isDemo: false });
    expect(readOptions(["--app", app])).toMatchObject({ app, isDemo: false });
  });

  test.each([[[]], [["a.js", "b.js"]], [["a.js", "--app", "b.js"]]])("%j is refused", (args) => {
    expect(() => readOptions(args)).toThrow("npx lambda-rooms dev server.js");
  });
});

describe("lambda-rooms", () => {
  test("lists its commands and ends with 0", async () => {
    const { code, stdout } = await run("--help");
    expect(code).toBe(0);
    for (const name of Object.keys(COMMANDS))
      expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
  });

  test.each(Object.keys(COMMANDS))("%s --help names the command as it is called", async (name) => {
    const { code, stdout } = await run(name, "--help");
    expect(stdout).toMatch(new RegExp(`^Usage: npx lambda-rooms ${name} `));
    expect(code).toBe(0);
  });

  test.each([
    [["chekc", "a.js"], "Did you mean check?"],
    [["toString"], "npx lambda-rooms --help"],
    [["deploy", "--orderin", "none"], "that --help lists, got --orderin. Did you mean --ordering?"],
    [
      ["completion", "zhs"],
      "expected a shell, which is bash, zsh, fish, got zhs. Did you mean zsh?",
    ],
    [["publish"], "Cannot publish: expected an event, got none. For example: npx lambda-rooms"],
    [[], "Usage: npx lambda-rooms"],
    [["dev"], "npx lambda-rooms dev server.js"],
    [["dev", "none.js"], "got none.js, which is not there"],
    [["cost", "--conections", "1"], "Did you mean --connections?"],
    [["cost", "--connections", "many"], "expected --connections to be a number"],
    [["redrive", "--rate", "0", "arn:aws:sqs:us-east-1:123456789012:a"], "from 1 to 500, got 0"],
    [["explain", "join"], "expected --claims with the claims of a token, got none"],
    [["check", "none.js"], "got none.js, which is not there"],
  ])("%j ends with 2 and says what to write", async (args, message) => {
    const { code, stderr, stdout } = await run(...args);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  test("check ends with 1 and names what to mend, with 0 where there is nothing", async () => {
    const file = "test/checks/fixtures/wrapper.ts";
    const found = await run("check", file, "--ordering", "connection");
    expect(found.code).toBe(1);
    expect(found.stderr).toContain("`count` is assigned");
    const chat = await run("check", "apps/chat.ts");
    expect({ code: chat.code, stderr: chat.stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("check names what a synth refuses", async () => {
    const { code, stderr } = await run("check", "test/checks/fixtures/locks/engine.cjs");
    expect(stderr).toContain('`io.engine.on("connection")` would be ignored');
    expect(code).toBe(1);
  });
});
