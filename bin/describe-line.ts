/**
 * A line of a function's log for people: of what Lambda's JSON format holds, the level, the message and its fields,
 * with an error's stack below.
 */
export function describeLine(text: string): string {
  const line = parse(text);
  if (!line) return text;
  const { level, message } = line;
  if (typeof message === "string") return `${level} ${message}`;
  const { message: said, error, ...fields } = message;
  const details = Object.entries(fields).map(([name, value]) => `${name}=${show(value)}`);
  const first = [level, said, ...details].join(" ");
  return error === undefined ? first : `${first}\n${show(error).replace(/^/gm, "    ")}`;
}

interface Line {
  readonly level: string;
  readonly message: string | Readonly<Record<string, unknown>>;
}

function parse(text: string): Line | undefined {
  try {
    const { level, message } = JSON.parse(text);
    const isLine = typeof level === "string" && (typeof message === "string" || message !== null);
    return isLine && message !== undefined ? { level, message } : undefined;
  } catch {
    return undefined;
  }
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
