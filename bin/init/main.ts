import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { findServer } from "../../checks/makes-server";
import { confirm } from "../command/ask";
import { entryOf, readConfig } from "../command/config";
import { readCommand } from "../command/read";
import { INIT } from "../command/tables/local";
import { runToEnd, UsageError } from "../usage";
import { findEntry, type Manifest } from "./find-entry";
import { type Step, stepsFor } from "./steps";

/** `lambda-rooms init`: prepares a project that is there. */
async function main(): Promise<void> {
  const given = readCommand(INIT);
  if (given === undefined) return;
  const { yes, json } = given.values;
  const manifest = readManifest();
  const { entry, because } = chooseEntry(manifest, given.positionals);
  const steps = stepsFor(entry);
  const written = steps.map(({ file, adds }) => ({ file, adds }));
  if (!json) console.log(describe(entry, because, steps));
  if (steps.length > 0) {
    const goesOn = await confirm("init", "\nDo this?", { yes });
    if (!goesOn) {
      console.error("Nothing was written.");
      process.exitCode = 1;
      return;
    }
    for (const { file, text } of steps) writeFileSync(file, text);
  }
  if (json) return console.log(JSON.stringify({ entry, because, written }, undefined, 2));
  console.log(next(manifest));
}

interface Chosen {
  readonly entry: string;
  readonly because: string;
}

function readManifest(): Manifest & Readonly<Record<string, unknown>> {
  if (!existsSync("package.json")) {
    throw new UsageError(
      "Cannot init: expected package.json in the working directory, got none: go to the project's folder, or begin one with `npm init`",
    );
  }
  try {
    return JSON.parse(readFileSync("package.json", "utf8"));
  } catch (error) {
    throw new Error(`Cannot init: expected package.json to hold JSON: ${(error as Error).message}`);
  }
}

/** The file that is given, that lambda-rooms.json has already, or that is found. */
function chooseEntry(manifest: Manifest, positionals: readonly string[]): Chosen {
  const config = readConfig("init");
  if (positionals.length > 0) {
    const entry = entryOf("init", positionals, config);
    if (findServer(entry)) return { entry, because: "it is given" };
    throw new Error(
      `Cannot init: expected ${entry} to make a Socket.IO server, \`new Server()\` of the package socket.io, got a file that makes none`,
    );
  }
  if (config.entry !== undefined) {
    return { entry: entryOf("init", [], config), because: "entry of lambda-rooms.json" };
  }
  const { entry, because, others, looked } = findEntry(manifest);
  if (entry === undefined) {
    const list = looked.map((line) => `  ${line}`).join("\n");
    throw new Error(
      `Cannot init: expected a file that makes a Socket.IO server, \`new Server()\` of the package socket.io, got none. Looked at\n${list}\nName it: npx lambda-rooms init path/to/server.js`,
    );
  }
  if (others.length === 0) return { entry, because };
  throw new Error(
    `Cannot init: expected one file that makes a Socket.IO server, got ${[entry, ...others].join(", ")}. Name the one: npx lambda-rooms init ${entry}`,
  );
}

function describe(entry: string, because: string, steps: readonly Step[]): string {
  const found = `The server is ${entry} (${because}).`;
  if (steps.length === 0) return `${found} All is there already; nothing is to be done.`;
  const lines = steps.flatMap(({ file, adds }) => [
    `  ${file}${existsSync(file) ? "" : " (new)"}`,
    ...adds.map((one) => `    + ${one}`),
  ]);
  return [found, "This will be added; nothing that is there changes:", ...lines].join("\n");
}

function next(manifest: Readonly<Record<string, unknown>>): string {
  const has = (name: string) =>
    ["dependencies", "devDependencies"].some((key) => {
      const all = manifest[key];
      return typeof all === "object" && all !== null && name in all;
    });
  const missing = ["lambda-rooms", "aws-cdk-lib", "constructs"].filter((name) => !has(name));
  const install = missing.length === 0 ? [] : [`  npm install --save-dev ${missing.join(" ")}`];
  return [
    "\nNext:",
    ...install,
    "  npm run dev:lambda                   runs it on this machine, as on AWS",
    "  npx lambda-rooms check               what would not last there",
    "  npx lambda-rooms deploy --dry-run    what a deployment would create and cost",
  ].join("\n");
}

void runToEnd(main);
