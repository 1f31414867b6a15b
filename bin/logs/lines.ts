import { describeLine } from "../describe-line";

/** A line of a function's log. */
export interface LogLine {
  /** Epoch milliseconds. */
  readonly at: number;
  /** The function's plain name, such as `lane`. */
  readonly function: string;
  readonly level: string;
  /** Of the invocation, where the line has one. */
  readonly requestId: string | undefined;
  /** As CloudWatch has it. */
  readonly text: string;
}

export const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;

/** What Lambda itself says of an invocation, by what is worth a look. */
const PLATFORM: Readonly<Record<string, string>> = {
  "platform.report": "DEBUG",
  "platform.initStart": "DEBUG",
  "platform.initReport": "DEBUG",
};

/** Reads a line: of our functions, of the application, of Lambda or of API Gateway's access log. */
export function readLine(name: string, { at, text }: { at: number; text: string }): LogLine {
  const line = parse(text);
  const record = line.record as Readonly<Record<string, unknown>> | undefined;
  const requestId = line.requestId ?? record?.requestId ?? line.AWSRequestId;
  return {
    ...{ at, function: name, text, level: levelOf(line) },
    requestId: typeof requestId === "string" ? requestId : undefined,
  };
}

function levelOf(line: Readonly<Record<string, unknown>>): string {
  const { level, type, _aws, record } = line;
  if (typeof level === "string") return level.toUpperCase();
  // Metrics are written as lines.
  if (_aws !== undefined) return "TRACE";
  if (typeof type !== "string") return "INFO";
  const { status } = (record ?? {}) as { status?: unknown };
  const failed = status !== undefined && status !== "success";
  return failed ? "ERROR" : (PLATFORM[type] ?? "TRACE");
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export function isAtLeast(level: string, least: string): boolean {
  const place = (name: string) => (LEVELS as readonly string[]).indexOf(name);
  // What is unknown is shown.
  return place(level) === -1 || place(level) >= place(least);
}

/** Lines for people; the id of an invocation stands at its first line alone. */
export class Printer {
  #last = "";

  describe(line: LogLine): string {
    const time = new Date(line.at).toTimeString().slice(0, 8);
    const milliseconds = String(line.at % 1000).padStart(3, "0");
    const request = `${line.function} ${line.requestId ?? ""}`;
    const folded = request === this.#last || line.requestId === undefined;
    this.#last = request;
    const id = folded ? "        " : (line.requestId?.slice(0, 8) ?? "");
    const [first = "", ...rest] = messageOf(line).trimEnd().split("\n");
    const head = `${time}.${milliseconds} ${line.function.padEnd(11)} ${id} ${line.level.padEnd(5)}`;
    return [`${head} ${first}`, ...rest.map((one) => `    ${one}`)].join("\n");
  }
}

function messageOf({ level, text }: LogLine): string {
  const { type, record } = parse(text) as {
    type?: string;
    record?: { status?: string; metrics?: Readonly<Record<string, number>> };
  };
  if (type?.startsWith("platform.")) {
    const { durationMs, maxMemoryUsedMB, initDurationMs } = record?.metrics ?? {};
    const parts = [
      type.replace("platform.", ""),
      ...(record?.status && record.status !== "success" ? [record.status] : []),
      ...(durationMs === undefined ? [] : [`${Math.round(durationMs)} ms`]),
      ...(maxMemoryUsedMB === undefined ? [] : [`${maxMemoryUsedMB} MB`]),
      ...(initDurationMs === undefined ? [] : [`cold start ${Math.round(initDurationMs)} ms`]),
    ];
    return parts.join(", ");
  }
  const described = describeLine(text);
  // The level has a column of its own.
  return described.startsWith(`${level} `) ? described.slice(level.length + 1) : described;
}
