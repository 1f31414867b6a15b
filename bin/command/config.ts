import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { nearest } from "../nearest";
import { UsageError } from "../usage";
import { flagNameOf, SETTINGS, type SettingFlag } from "./settings";

/** The file of a project that holds what its commands would be given each time. */
export const CONFIG_FILE = "lambda-rooms.json";

/** What it may hold beside the settings. */
const OWN = ["$schema", "entry", "stackName", "region", "profile"] as const;

export interface Config {
  /** The application, relative to the working directory. */
  readonly entry?: string;
  readonly stackName?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Reads `lambda-rooms.json` of the working directory; without one, nothing is set.
 *
 * @throws UsageError for what it cannot hold
 */
export function readConfig(doing: string): Config {
  if (!existsSync(CONFIG_FILE)) return { settings: {} };
  const given = parseFile(doing);
  const names = [...OWN, ...Object.keys(SETTINGS)];
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const meant = nearest(unknown, names);
    const wayOut = meant === undefined ? `one of ${names.slice(1).join(", ")}` : `"${meant}"`;
    throw new UsageError(`Cannot ${doing}: expected ${wayOut} in ${CONFIG_FILE}, got "${unknown}"`);
  }
  for (const [name, value] of Object.entries(given)) checkValue(doing, name, value);
  const { $schema: _, entry, stackName, region, profile, ...settings } = given;
  return { ...{ entry, stackName, region, profile }, settings } as Config;
}

function parseFile(doing: string): Readonly<Record<string, unknown>> {
  let why = "";
  try {
    const value: unknown = JSON.parse(readFileSync(CONFIG_FILE, "utf8"));
    if (isObject(value)) return value;
  } catch (error) {
    why = `: ${(error as Error).message}`;
  }
  throw new UsageError(`Cannot ${doing}: expected ${CONFIG_FILE} to hold a JSON object${why}`);
}

function checkValue(doing: string, name: string, value: unknown): void {
  const setting: SettingFlag | undefined = SETTINGS[name as keyof typeof SETTINGS];
  const kind = setting?.kind ?? "text";
  const [expected, holds] = KINDS[kind];
  const { choices } = setting ?? {};
  // `site` is a choice of three, of which two are switches.
  const isChosen = choices === undefined || choices.includes(String(value));
  if (isChosen && (holds(value) || choices !== undefined)) return;
  const what = isChosen ? expected : `one of ${choices.join(", ")}`;
  const got = JSON.stringify(value);
  throw new UsageError(
    `Cannot ${doing}: expected "${name}" of ${CONFIG_FILE} to be ${what}, got ${got}`,
  );
}

const KINDS: Readonly<Record<SettingFlag["kind"], readonly [string, (value: unknown) => boolean]>> =
  {
    text: ["a text", (value) => typeof value === "string"],
    number: ["a number", (value) => typeof value === "number"],
    switch: ["true or false", (value) => typeof value === "boolean"],
    list: ["a list of texts", (value) => Array.isArray(value) && value.every(isText)],
    object: ["an object", isObject],
  };

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The settings that a command line and the file give together; the command line wins.
 *
 * @param values of the command line, by the names of flags
 */
export function settingsOf(
  doing: string,
  values: Readonly<Record<string, unknown>>,
  config: Config,
): Record<string, unknown> {
  const settings: Record<string, unknown> = { ...config.settings };
  for (const [name, { kind }] of Object.entries(SETTINGS)) {
    const value = values[flagNameOf(name)];
    // A flag without a value that is not given.
    if (value === undefined || value === false) continue;
    if (Array.isArray(value) && value.length === 0) continue;
    settings[name] = kind === "object" ? readObject(doing, name, String(value)) : read(kind, value);
  }
  return settings;
}

function read(kind: SettingFlag["kind"], value: unknown): unknown {
  if (kind === "switch") return value === true || value === "true";
  // JSON has no Infinity.
  return value === Number.POSITIVE_INFINITY ? "Infinity" : value;
}

function readObject(doing: string, name: string, text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Said below, with what was given.
  }
  throw new UsageError(
    `Cannot ${doing}: expected --${flagNameOf(name)} to be a JSON object, got ${text}`,
  );
}

/**
 * The application that a command is about: its argument, or the file's entry.
 *
 * @throws UsageError if there is no such file
 */
export function entryOf(
  doing: string,
  [given, ...others]: readonly string[],
  config: Pick<Config, "entry">,
): string {
  const entry = given ?? config.entry;
  const example = `For example: npx lambda-rooms ${doing === "start" ? "dev" : doing} server.js`;
  if (entry === undefined || others.length > 0) {
    const got = given === undefined ? "none" : [given, ...others].join(" ");
    const wayOut = given === undefined ? ". `npx lambda-rooms init` finds it" : "";
    throw new UsageError(
      `Cannot ${doing}: expected the file of one Socket.IO server, got ${got}. ${example}${wayOut}`,
    );
  }
  if (existsSync(entry)) return entry;
  const from = given === undefined ? `, the entry of ${CONFIG_FILE}` : "";
  throw new UsageError(
    `Cannot ${doing}: expected the file of a Socket.IO server, got ${path.normalize(entry)}, which is not there${from}`,
  );
}
