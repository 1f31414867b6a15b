import { type ParseArgsConfig, parseArgs } from "node:util";
import { nearest } from "./nearest";

/**
 * What all commands share: how they read their command line, and how they end. 0: done. 1: findings, or a failure.
 * 2: the command line is wrong.
 */

/** A command line that is wrong: what was expected, what was got, the way out. */
export class UsageError extends TypeError {}

/** How a person calls this: as a command of the package, or as a script of a clone. */
export function called(script: string): string {
  const [, program = ""] = process.argv;
  return program.startsWith("lambda-rooms ") ? `npx ${program}` : `npm ${script} --`;
}

/** Whether it is a command of the package. */
export function isCommand(): boolean {
  return process.argv[1]?.startsWith("lambda-rooms ") ?? false;
}

/**
 * `parseArgs` of Node, with errors that name the option which was meant.
 *
 * @param doing what cannot be done, for messages: `start`
 * @throws UsageError
 */
export function readArguments<const T extends ParseArgsConfig>(doing: string, config: T) {
  try {
    return parseArgs<T>(config);
  } catch (error) {
    if (!isOfArguments(error)) throw error;
    throw new UsageError(`Cannot ${doing}: ${describe(error, Object.keys(config.options ?? {}))}`);
  }
}

const MOST_NAMED = 15;

/** https://nodejs.org/api/errors.html#err_parse_args_unknown_option and the next ones */
interface ArgumentError extends Error {
  readonly code: string;
}

function isOfArguments(error: unknown): error is ArgumentError {
  return /^ERR_PARSE_ARGS_/.test(String((error as Partial<ArgumentError>).code));
}

function describe({ code, message }: ArgumentError, names: readonly string[]): string {
  const [, given = ""] = /'([^' ]+)/.exec(message) ?? [];
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    const all = `one of the options ${names.map((name) => `--${name}`).join(", ")}`;
    // A list that fills the screen hides the rest.
    const known = names.length > MOST_NAMED ? "one of the options that --help lists" : all;
    const meant = nearest(given.replace(/^-+/, ""), names);
    const wayOut = meant === undefined ? "" : `. Did you mean --${meant}?`;
    return `expected ${known}, got ${given}${wayOut}`;
  }
  if (code === "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL") return `expected options only, got ${given}`;
  const lacks = /argument missing|ambiguous/.test(message);
  return lacks
    ? `expected a value after ${given}, got none. A value that begins with "-" is written ${given}=-…`
    : `expected no value after ${given}, got one`;
}

/** Runs a command to its end: prints why it fails, and sets the exit code. */
export async function runToEnd(command: () => void | Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
