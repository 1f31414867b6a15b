#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { COMMANDS } from "./commands";
import { LOADERS } from "./load";
import { nearest } from "./nearest";
import { runToEnd, UsageError } from "./usage";

/** `lambda-rooms <command>`: each command is the program that a script of package.json runs in a clone. */

const root = join(__dirname, "..");

function help(): string {
  const lines = Object.entries(COMMANDS).map(
    ([name, { summary }]) => `  ${name.padEnd(11)} ${summary}`,
  );
  return `Usage: npx lambda-rooms <command> [options]

${lines.join("\n")}

  npx lambda-rooms <command> --help   the options of one
  npx lambda-rooms --version

lambda-rooms.json of the working directory may hold the file of the server, the name of the stack
and the settings; \`init\` makes one.

Exit codes: 0 done; 1 findings, or a failure; 2 the command line is wrong`;
}

function main(): void {
  const [name = "", ...rest] = process.argv.slice(2);
  if (/^(-h|--help|help)$/.test(name)) return console.log(help());
  if (/^(-v|--version)$/.test(name)) return console.log(version());
  if (!isCommandName(name)) throw new UsageError(refuse(name));
  process.argv = [process.execPath, `lambda-rooms ${name}`, ...rest];
  // The AWS SDK announces the end of its support for Node 20 in every process; here it would be between a command's words.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  LOADERS[name]();
}

function isCommandName(name: string): name is keyof typeof COMMANDS {
  return Object.hasOwn(COMMANDS, name);
}

function refuse(name: string): string {
  if (name === "") return help();
  const names = Object.keys(COMMANDS);
  const meant = nearest(name, names);
  const wayOut = meant === undefined ? "npx lambda-rooms --help" : `Did you mean ${meant}?`;
  return `Cannot run ${name}: expected one of the commands ${names.join(", ")}, got ${name}. ${wayOut}`;
}

function version(): string {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version;
}

void runToEnd(main);
