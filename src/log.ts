/**
 * Structured logs. The functions run with Lambda's JSON log format, which keeps an object that is
 * logged as an object. No payloads and no handshakes: they belong to the users.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
 */
export type Fields = Readonly<Record<string, unknown>>;

const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;
/**
 * What is less severe is left out here and not by Lambda, whose level would also drop metrics: their lines have none.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
let least = LEVELS.indexOf("WARN");

/** Clients choose names of events, rooms and namespaces, up to 128 KB each; a line holds the beginning. */
const LONGEST = 256;
/** A label joins several of them, and an error's stack starts with its message. */
const LONGEST_MESSAGE = 1024;
const LONGEST_ERROR = 8192;
/** Of a list or an object. */
const MOST_ENTRIES = 50;

/** @param level one of Lambda's; anything else is as if nothing was set: `INFO` */
export function setLogLevel(level: string | undefined): void {
  const place = LEVELS.indexOf(level as (typeof LEVELS)[number]);
  least = place === -1 ? LEVELS.indexOf("INFO") : place;
}

export function logError(message: string, error: unknown, fields: Fields = {}): void {
  console.error({ ...entry(message, fields), error: cut(describe(error), LONGEST_ERROR) });
}

export function logWarning(message: string, fields: Fields = {}): void {
  if (least <= LEVELS.indexOf("WARN")) console.warn(entry(message, fields));
}

/** What happens once or twice in the life of a socket. */
export function logInfo(message: string, fields: Fields): void {
  if (least <= LEVELS.indexOf("INFO")) console.info(entry(message, fields));
}

/** What happens with every event. @param fields read only if the level is DEBUG */
export function logDebug(message: string, fields: () => Fields): void {
  if (least <= LEVELS.indexOf("DEBUG")) console.debug(entry(message, fields()));
}

function entry(message: string, fields: Fields): Fields {
  return { message: cut(message, LONGEST_MESSAGE), ...(shorten(fields) as Fields) };
}

/** Texts inside are cut, and so are long lists. */
function shorten(value: unknown): unknown {
  if (typeof value === "string") return cut(value, LONGEST);
  if (value instanceof Set) return shorten([...value]);
  if (Array.isArray(value)) return value.slice(0, MOST_ENTRIES).map(shorten);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).slice(0, MOST_ENTRIES);
  return Object.fromEntries(entries.map(([name, one]) => [cut(name, LONGEST), shorten(one)]));
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text;
}

/** Describes a thrown value that is not an error by its type only: it may hold anything. */
function describe(error: unknown): string {
  if (error instanceof Error) return withoutOwn(error.stack) ?? `${error.name}: ${error.message}`;
  return `Expected an Error to be thrown, got ${error === null ? "null" : typeof error}`;
}

/** A stack that ends where the application was called: lines of this minified bundle show nothing. */
function withoutOwn(stack: string | undefined): string | undefined {
  const lines = stack?.split("\n") ?? [];
  const kept = lines.filter((line) => !(/^\s+at /.test(line) && line.includes(`${__filename}:`)));
  // An error of our own has no others.
  return kept.some((line) => /^\s+at (?!.*\bnode:)/.test(line)) ? kept.join("\n") : stack;
}
