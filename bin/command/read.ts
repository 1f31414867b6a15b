import type { ParseArgsConfig } from "node:util";
import { nearest } from "../nearest";
import { readArguments, UsageError } from "../usage";
import { calledOf, helpOf } from "./help";
import { type CommandTable, type Flag, flagsOf, type Values } from "./table";

export interface Given<T extends CommandTable> {
  /** Those of groups are read by name. */
  readonly values: Values<T["flags"]> & Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
}

/**
 * The command line of a command; prints its help where that is asked for.
 *
 * @returns `undefined` after help
 * @throws UsageError
 */
export function readCommand<const T extends CommandTable>(
  table: T,
  args: readonly string[] = process.argv.slice(2),
): Given<T> | undefined {
  const given = readLine(table, args);
  if (given === "help") {
    console.log(helpOf(table));
    return undefined;
  }
  return given;
}

/** The same, which prints nothing. */
export function readLine<const T extends CommandTable>(
  table: T,
  args: readonly string[],
): Given<T> | "help" {
  const flags = flagsOf(table);
  const doing = doingOf(table);
  const { values, positionals } = readArguments(doing, {
    args: [...args],
    allowPositionals: table.arguments !== undefined,
    options: Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, parsed(flag)])),
  });
  if (values.help) return "help";
  const read = Object.entries(flags).map(([name, flag]) => [
    name,
    checked(`Cannot ${doing}: expected --${name}`, flag, values[name]),
  ]);
  checkArguments(table, positionals);
  return { values: Object.fromEntries(read), positionals } as Given<T>;
}

/** As in "Cannot check: …". */
export function doingOf({ doing, name }: CommandTable): string {
  return doing ?? name;
}

type Parsed = NonNullable<ParseArgsConfig["options"]>[string];

function parsed({ type, multiple, default: without }: Flag): Parsed {
  return {
    type,
    ...(multiple && { multiple }),
    ...(without !== undefined && !multiple && { default: without }),
  };
}

type Raw = string | boolean | undefined | (string | boolean)[];

function checked(expected: string, flag: Flag, value: Raw): unknown {
  if (flag.type === "boolean") return value === true;
  if (Array.isArray(value) || flag.multiple) return value ?? [];
  if (value === undefined) return undefined;
  const text = String(value);
  if (flag.number) return readNumber(expected, flag.number, text);
  const { choices } = flag;
  if (choices === undefined || choices.includes(text)) return text;
  const meant = nearest(text, choices);
  const wayOut = meant === undefined ? "" : `. Did you mean ${meant}?`;
  throw new UsageError(`${expected} to be one of ${choices.join(", ")}, got ${text}${wayOut}`);
}

function readNumber(
  expected: string,
  { whole, least, most }: NonNullable<Flag["number"]>,
  text: string,
): number {
  const value = Number(text);
  const isNumber = text.trim() !== "" && !Number.isNaN(value);
  const isInside =
    value >= (least ?? Number.NEGATIVE_INFINITY) && value <= (most ?? Number.POSITIVE_INFINITY);
  const isPossible = most === Number.POSITIVE_INFINITY || Number.isFinite(value);
  if (isNumber && isInside && isPossible && (!whole || /^-?\d+$/.test(text))) return value;
  const range = rangeOf(least, most === Number.POSITIVE_INFINITY ? undefined : most, whole);
  throw new UsageError(`${expected} to be a ${whole ? "whole " : ""}number${range}, got ${text}`);
}

function rangeOf(least: number | undefined, most: number | undefined, whole?: true): string {
  if (least === undefined) return "";
  if (most !== undefined) return ` from ${least} to ${most}`;
  return whole ? ` from ${least}` : ` of at least ${least}`;
}

function checkArguments(table: CommandTable, given: readonly string[]): void {
  const { arguments: known = [], example } = table;
  const least = known.filter(({ isOptional }) => !isOptional).length;
  const isOpen = known.some(({ isRepeated }) => isRepeated);
  const forExample = `. For example: ${calledOf(table)} ${example ?? ""}`.trimEnd();
  const fail = (expected: string, got: string, wayOut = forExample): never => {
    throw new UsageError(`Cannot ${doingOf(table)}: expected ${expected}, got ${got}${wayOut}`);
  };
  if (given.length < least) {
    fail(one(known[given.length]?.name ?? "value"), given.join(" ") || "none");
  }
  if (given.length > known.length && !isOpen) {
    fail(`only ${known.map(({ name }) => `one ${name}`).join(" and ")}`, given.join(" "));
  }
  for (const [index, { name, choices }] of known.entries()) {
    const text = given[index];
    if (text === undefined || choices === undefined || choices.includes(text)) continue;
    const meant = nearest(text, choices);
    fail(
      `${one(name)}, which is ${choices.join(", ")}`,
      text,
      meant === undefined ? forExample : `. Did you mean ${meant}?`,
    );
  }
}

function one(name: string): string {
  return `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name}`;
}
