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

/** @param level one of Lambda's; anything else is as if nothing was set: `INFO` */
export function setLogLevel(level: string | undefined): void {
  const place = LEVELS.indexOf(level as (typeof LEVELS)[number]);
  least = place === -1 ? LEVELS.indexOf("INFO") : place;
}

export function logError(message: string, error: unknown, fields: Fields = {}): void {
  console.error({ message, ...fields, error: describe(error) });
}

export function logWarning(message: string, fields: Fields = {}): void {
  if (least <= LEVELS.indexOf("WARN")) console.warn({ message, ...fields });
}

/** What happens once or twice in the life of a socket. */
export function logInfo(message: string, fields: Fields): void {
  if (least <= LEVELS.indexOf("INFO")) console.info({ message, ...fields });
}

/** What happens with every event. @param fields read only if somebody wants to know */
export function logDebug(message: string, fields: () => Fields): void {
  if (least <= LEVELS.indexOf("DEBUG")) console.debug({ message, ...fields() });
}

/** Of what was thrown and is no error, only that: it may hold anything. */
function describe(error: unknown): string {
  if (error instanceof Error) return error.stack ?? `${error.name}: ${error.message}`;
  return `Expected an Error to be thrown, got ${error === null ? "null" : typeof error}`;
}
