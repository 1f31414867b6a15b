/**
 * A line of a function's log for people: of what Lambda's JSON format holds, the level, the message and its fields,
 * with an error's stack below. Clients choose parts of these, which may neither steer the terminal nor look like a line.
 * Texts that an application logs are its own, and may have colours.
 */
export function describeLine(text: string): string {
  const line = parse(text);
  if (!line) return text;
  const { level, message } = line;
  if (typeof message === "string") return `${level} ${message}`;
  const { message: said, error, ...fields } = message;
  const details = Object.entries(fields).map(([name, value]) => `${name}=${show(value)}`);
  const first = disarm([level, said, ...details].join(" "));
  if (error === undefined) return first;
  return `${first}\n${disarm(show(error), STEERING).replace(/^/gm, "    ")}`;
}

/** Control characters but for those of a stack. */
const STEERING = /(?![\n\t])\p{Cc}/gu;

/** A text of a client without what steers a terminal. */
export function disarm(text: string, characters = /\p{Cc}/gu): string {
  return text.replace(characters, (one) => {
    return `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
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
