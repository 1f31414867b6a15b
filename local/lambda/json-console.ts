import { format } from "node:util";
import { isHeard } from "./log-level";

const methods = {
  trace: "TRACE",
  debug: "DEBUG",
  info: "INFO",
  log: "INFO",
  warn: "WARN",
  error: "ERROR",
} as const;

/**
 * Makes the console write lines of JSON, as Lambda's runtime does for functions with that log format: an object
 * that is logged alone stays one. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 *
 * @param level what is less severe is left out
 * @param requestId of the running invocation
 */
export function installJsonConsole(level: string, requestId: () => string | undefined): void {
  for (const [method, its] of Object.entries(methods)) {
    const isLogged = isHeard(its, level);
    console[method as keyof typeof methods] = (...args: unknown[]) => {
      if (!isLogged) return;
      const [only] = args;
      const message = args.length === 1 && typeof only === "object" ? only : format(...args);
      const timestamp = new Date().toISOString();
      const line = { timestamp, level: its, requestId: requestId(), message };
      process.stdout.write(`${toJson(line)}\n`);
    };
  }
}

function toJson(line: object): string {
  try {
    return JSON.stringify(line, (_, value) => (value instanceof Error ? describe(value) : value));
  } catch {
    return JSON.stringify({ ...line, message: format((line as { message: unknown }).message) });
  }
}

function describe({ name, message, stack = "" }: Error): object {
  return { errorType: name, errorMessage: message, stackTrace: stack.split("\n") };
}
