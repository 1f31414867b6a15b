import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { completionOf } from "../../bin/command/completion";
import { helpOf } from "../../bin/command/help";
import { pageOf } from "../../bin/command/page";
import { readLine } from "../../bin/command/read";
import { SETTINGS } from "../../bin/command/settings";
import { type CommandTable, flagsOf } from "../../bin/command/table";
import { COMMANDS } from "../../bin/commands";
import { LOADERS } from "../../bin/load";
import { UsageError } from "../../bin/usage";
import { root } from "./run";

/** What all commands have in common, by their tables; `usage.test.ts` runs them. */

const all = Object.entries(COMMANDS).map(([name, { table }]): [string, CommandTable] => [
  name,
  table,
]);
const [, program = ""] = process.argv;
beforeAll(() => {
  process.argv[1] = "lambda-rooms test";
});
afterAll(() => {
  process.argv[1] = program;
});

test("each command has a table of its name, and a program", () => {
  expect(all.map(([, { name }]) => name)).toEqual(all.map(([name]) => name));
  expect(Object.keys(LOADERS)).toEqual(Object.keys(COMMANDS));
});

describe.each(all)("%s", (name, table) => {
  const flags = Object.keys(flagsOf(table));
  const needed = (table.arguments ?? []).filter(({ isOptional }) => !isOptional);
  const given = needed.map(({ choices }) => choices?.[0] ?? "x");

  test("has every option and argument in its help, in lines that a terminal holds", () => {
    const help = helpOf(table);
    expect(help).toMatch(/^Usage: /);
    for (const flag of flags) expect(help).toMatch(new RegExp(`^  --${flag}( |\\[|$)`, "m"));
    for (const { name } of table.arguments ?? []) expect(help).toContain(name);
    expect(help.split("\n").filter((line) => line.length > 100)).toEqual([]);
  });

  test("takes --help for itself, whatever else is given", () => {
    expect(readLine(table, ["--help"])).toBe("help");
  });

  test("names the option that was meant", () => {
    for (const flag of flags) {
      const wrong = `--${flag.slice(0, 1)}x${flag.slice(1)}`;
      // What is one letter away from two options names the first.
      expect(() => readLine(table, [wrong])).toThrow(/got --\S+\. Did you mean --[\w-]+\?$/);
    }
    expect(() => readLine(table, ["--qqqqqqqqqqqq"])).toThrow(UsageError);
  });

  test("refuses every value that an option cannot have, and names those that it can", () => {
    for (const [flag, { choices, number }] of Object.entries(flagsOf(table))) {
      if (!choices && !number) continue;
      const expected = choices
        ? `expected --${flag} to be one of ${choices.join(", ")}`
        : new RegExp(`expected --${flag} to be a (whole )?number`);
      expect(() => readLine(table, [...given, `--${flag}=wrong`])).toThrow(expected);
      for (const choice of choices ?? []) {
        expect(readLine(table, [...given, `--${flag}`, choice])).toMatchObject({
          values: { [flag]: choice },
        });
      }
    }
  });

  test("refuses what is missing, with an example", () => {
    if (needed.length === 0) return;
    expect(() => readLine(table, [])).toThrow(
      new RegExp(`^Cannot [\\w ]+: expected an? ${needed[0]?.name}, got none\\. For example: npx `),
    );
  });

  test.each(["bash", "zsh", "fish"] as const)("is completed by %s with all options", (shell) => {
    const script = completionOf(shell, COMMANDS);
    const dash = shell === "fish" ? "-l " : "--";
    for (const flag of flags) expect(script).toContain(`${dash}${flag}`);
    expect(script).toContain(name);
  });
});

test("docs/command.md has the help of each command; else: npm run schema", () => {
  const page = readFileSync(path.join(root, "docs/command.md"), "utf8");
  expect(page).toBe(pageOf(page, COMMANDS));
  // The help of one that is missing would be at the end.
  expect(pageOf("# Commands\n", COMMANDS)).toContain(
    "\n## logs\n\n```\nUsage: npx lambda-rooms logs",
  );
});

test("dev takes the settings of a deployment, but for its budget", () => {
  const flags = Object.keys(flagsOf(COMMANDS.dev.table));
  for (const name of Object.keys(SETTINGS)) {
    if (name.startsWith("budget")) continue;
    expect(flags).toContain(name.replace(/[A-Z]/g, (one) => `-${one.toLowerCase()}`));
  }
});

describe("the completion for bash", () => {
  const complete = (...words: string[]): string[] => {
    const line = words.map((word) => JSON.stringify(word)).join(" ");
    const script = `${completionOf("bash", COMMANDS)}
COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; COMPREPLY=()
_lambda_rooms; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync("bash", ["-c", script], { cwd: root }).toString().trim().split("\n");
  };

  test.each([
    [["lambda-rooms", "de"], ["dev", "deploy", "destroy"].sort()],
    [["npx", "lambda-rooms", "lo"], ["logs"]],
    [["npx", "tsc", "--"], [""]],
    [["lambda-rooms", "deploy", "--dry"], ["--dry-run"]],
    [["lambda-rooms", "deploy", "--ordering", "app"], ["application"]],
    [["npx", "lambda-rooms", "completion", "z"], ["zsh"]],
    [["lambda-rooms", "check", "--ordering", "none", "READ"], ["README.md"]],
  ])("%j gives %j", (words, expected) => {
    expect(complete(...words).sort()).toEqual(expected);
  });
});
