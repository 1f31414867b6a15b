import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

/**
 * The variables for an application that the command line gives: `--context environment={…}` as JSON, which wins over
 * `--context envFile=<file>`. No file is read unless it is named: what a developer keeps in `.env` is for that machine.
 *
 * @throws Error if the file cannot be read, or if the JSON is not an object of texts
 */
export function readEnvironment(given: unknown, file: string | undefined): Record<string, string> {
  return { ...(file === undefined ? {} : readFile(file)), ...readGiven(given) };
}

function readFile(file: string): Record<string, string> {
  try {
    return parseEnv(readFileSync(file, "utf8")) as Record<string, string>;
  } catch (error) {
    const cause = error instanceof Error ? error.message : error;
    throw new Error(`Cannot read \`envFile\`: expected a file of lines NAME=value; ${cause}`);
  }
}

function readGiven(given: unknown): Record<string, string> {
  if (given === undefined) return {};
  const value = typeof given === "string" ? parse(given) : given;
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (isObject) return value as Record<string, string>;
  throw new TypeError(
    `Cannot read \`environment\`: expected JSON such as {"NAME":"value"}, got ${String(given).slice(0, 20)}…`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
