import { existsSync, readFileSync } from "node:fs";
import { stackNameOf } from "../aws/stack";
import { CONFIG_FILE } from "../command/config";

/** A file that `init` writes: it adds to what is there, and changes none of it. */
export interface Step {
  readonly file: string;
  /** What is added, in words. */
  readonly adds: readonly string[];
  /** The file as it will be. */
  readonly text: string;
}

const SCRIPTS: Readonly<Record<string, string>> = {
  "dev:lambda": "lambda-rooms dev",
  "check:lambda": "lambda-rooms check",
  "deploy:lambda": "lambda-rooms deploy",
};

/** Files and folders that the commands make, and that no repository should have. */
const IGNORED = ["build/functions/", "verify-report.json"];

/** What is still to be done; none where all is there. */
export function stepsFor(entry: string): Step[] {
  return [scripts(), config(entry), ignored()].filter((step) => step !== undefined);
}

function scripts(): Step | undefined {
  const text = readFileSync("package.json", "utf8");
  const manifest = JSON.parse(text) as { scripts?: Record<string, string> };
  const missing = Object.entries(SCRIPTS).filter(
    ([name]) => manifest.scripts?.[name] === undefined,
  );
  if (missing.length === 0) return undefined;
  const added = { ...manifest.scripts, ...Object.fromEntries(missing) };
  // As the file is written: npm itself keeps the indent.
  const indent = /^[{[]\s*\n([ \t]+)/.exec(text)?.[1] ?? "  ";
  const end = text.endsWith("\n") ? "\n" : "";
  return {
    file: "package.json",
    adds: missing.map(([name, line]) => `script "${name}": ${line}`),
    text: `${JSON.stringify({ ...manifest, scripts: added }, undefined, indent)}${end}`,
  };
}

function config(entry: string): Step | undefined {
  if (existsSync(CONFIG_FILE)) return undefined;
  const stackName = stackNameOf(undefined, { settings: {} });
  return {
    file: CONFIG_FILE,
    adds: [`the server's file ${entry}, and the name of the stack ${stackName}`],
    text: `${JSON.stringify({ entry, stackName }, undefined, 2)}\n`,
  };
}

function ignored(): Step | undefined {
  const text = existsSync(".gitignore") ? readFileSync(".gitignore", "utf8") : "";
  const lines = text.split("\n").map((line) => line.trim().replace(/^\/|\/$/g, ""));
  const isThere = (line: string) => {
    const parts = line.replace(/\/$/, "").split("/");
    return parts.some((_, index) => lines.includes(parts.slice(0, index + 1).join("/")));
  };
  const missing = IGNORED.filter((line) => !isThere(line));
  if (missing.length === 0) return undefined;
  const begin = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  return { file: ".gitignore", adds: missing, text: `${begin}${missing.join("\n")}\n` };
}
