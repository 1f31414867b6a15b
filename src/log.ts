/**
 * Structured logs. The functions run with Lambda's JSON log format, which keeps an object that is
 * logged as an object. No payloads and no handshakes: they belong to the users.
 */
type Fields = Readonly<Record<string, unknown>>;

export function logError(message: string, error: unknown, fields: Fields = {}): void {
  console.error({ message, ...fields, error: describe(error) });
}

export function logWarning(message: string, fields: Fields = {}): void {
  console.warn({ message, ...fields });
}

function describe(error: unknown): unknown {
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : error;
}
