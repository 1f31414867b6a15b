import type { Problem } from "../source";

const MOST = 200;
const LONGEST_DETAILS = 8_192;
/** `at listener (/x/server.js:12:5)` or `at server.js:12:5`. */
const PLACE = /(?:\(|at )(?:file:\/\/)?([^\s()]+\.[cm]?[jt]sx?:\d+:\d+)\)?/;

/** The latest warnings and errors of functions, those of one text once. */
export class Problems {
  /** By what is equal of equal ones; the latest last. */
  readonly #latest = new Map<string, Problem>();

  /** @param nameSources gives files of a bundle the names that they have on this machine */
  constructor(private readonly nameSources: (text: string) => string = (text) => text) {}

  /** Takes a line of a log. Returns it if it is a warning or an error. */
  read(name: string, text: string, at: number): Problem | undefined {
    const line = parse(text);
    const level = line?.level ?? "";
    if (!/^(WARN|ERROR|FATAL)$/.test(level)) return undefined;
    const { message, details } = line as ReadLine;
    const named = details === undefined ? undefined : this.nameSources(details);
    const key = JSON.stringify([name, message, named]);
    const problem: Problem = {
      ...{ at, level, function: name, message: this.nameSources(message) },
      ...{ place: placeIn(named), details: named?.slice(0, LONGEST_DETAILS) },
      count: (this.#latest.get(key)?.count ?? 0) + 1,
    };
    this.#latest.delete(key);
    this.#latest.set(key, problem);
    for (const oldest of this.#latest.keys()) {
      if (this.#latest.size <= MOST) break;
      this.#latest.delete(oldest);
    }
    return problem;
  }

  /** The latest first. */
  get all(): readonly Problem[] {
    return [...this.#latest.values()].reverse();
  }
}

interface ReadLine {
  readonly level: string;
  readonly message: string;
  readonly details: string | undefined;
}

/** Lambda's JSON format: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html */
function parse(text: string): ReadLine | undefined {
  try {
    const { level, message } = JSON.parse(text);
    if (typeof level !== "string") return undefined;
    if (typeof message === "string") return split(level, message);
    if (typeof message !== "object" || message === null) return undefined;
    const { message: said, error, ...fields } = message as Record<string, unknown>;
    const more = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    const lines = [more.join(" "), typeof error === "string" ? error : ""].filter((one) => one);
    return { level, message: String(said), details: lines.join("\n") || undefined };
  } catch {
    return undefined;
  }
}

/** What an application logs is a text: its first line, and the rest. */
function split(level: string, text: string): ReadLine {
  const end = text.indexOf("\n");
  if (end < 0) return { level, message: text, details: undefined };
  return { level, message: text.slice(0, end), details: text.slice(end + 1) };
}

/** The first line of a stack that is of the application: not of Node, of a package or of this project's bundle. */
function placeIn(stack: string | undefined): string | undefined {
  for (const line of stack?.split("\n") ?? []) {
    const place = PLACE.exec(line)?.[1];
    if (place && !/node_modules|^node:|\/asset\.[0-9a-f]+\//.test(place)) return place;
  }
  return undefined;
}
