import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { describeUnset, findEnvironmentReads } from "../checks/environment";
import { refusalOf } from "../src/settings/reserved-names";

/** What an application gets of this machine's variables, and what to say about it. */
export interface LocalEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

/**
 * The variables of an application on this machine: those of `.env` in the working directory and beside the application,
 * and of the shell those that its source names. The shell wins over files, as with `node --env-file`.
 *
 * @throws Error if there is no such file
 */
export function localEnvironment(app: string, shell = process.env): LocalEnvironment {
  const reads = findEnvironmentReads(app);
  const files = [".env", path.join(path.dirname(app), ".env")];
  const all: Record<string, string> = Object.assign({}, ...files.map(readEnvFile));
  for (const { name } of reads) {
    const value = name === undefined ? undefined : shell[name];
    // What Lambda sets, the application gets from it.
    if (name !== undefined && value !== undefined && !refusalOf(name)) all[name] = value;
  }
  const refused = Object.keys(all).filter((name) => refusalOf(name));
  const names = Object.keys(all).filter((name) => !refusalOf(name));
  return {
    variables: Object.fromEntries(names.map((name) => [name, all[name] as string])),
    warnings: [
      ...refused.map((name) => `.env cannot set ${name}: ${refusalOf(name)}`),
      ...describeUnset(
        reads,
        (name) => Object.hasOwn(all, name),
        "`.env`, or by the shell where the source names it",
      ),
    ],
  };
}

function readEnvFile(file: string): NodeJS.Dict<string> {
  return existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
}
