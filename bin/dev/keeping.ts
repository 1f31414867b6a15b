import type { DevLog, Said } from "./log";
import type { Running } from "./running";

/** What a new version has found of the old one. */
export interface Kept {
  readonly connections: number;
  /** Absent where no lane keeps the application. */
  readonly memory?: {
    readonly variables: number;
    /** Of handlers and functions. */
    readonly runs: number;
    /** Variables that begin anew. */
    readonly lost: readonly string[];
  };
}

/** A container that restores an application says so at once; a busy one takes longer, and the line is printed without. */
const LONGEST_MS = 2_000;

/** Hears what the application's function says about what it restores. */
export class Keeping {
  readonly #lost: string[] = [];
  #restored: ((fields: Said["fields"] | undefined) => void) | undefined;

  constructor(
    private readonly running: Running,
    private readonly log: DevLog,
  ) {
    if (running.ordering !== "application") return;
    log.listen((said) => this.#hear(said));
  }

  /** Asks the new version to restore the application now and not with the next event. */
  async found(): Promise<Kept> {
    const { stack, ordering } = this.running;
    const { connections } = stack.statistics();
    if (ordering !== "application") return { connections };
    const fields = await this.#restore();
    this.end();
    if (!fields) return { connections };
    const count = (name: string) => Number(fields[name] ?? 0);
    const lost = this.#lost;
    const variables = count("variables") - lost.length;
    return { connections, memory: { variables, runs: count("runs"), lost } };
  }

  end(): void {
    this.log.listen(undefined);
  }

  #restore(): Promise<Said["fields"] | undefined> {
    const { stack } = this.running;
    const queue = Object.keys(stack.queueUrls).find((id) =>
      /ApplicationQueue[0-9A-F]{8}$/.test(id),
    );
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LONGEST_MS, undefined);
      this.#restored = (fields) => {
        clearTimeout(timer);
        resolve(fields);
      };
      // For no timer: it only has the lane run.
      const wake = { type: "wake", connectionId: "reload", at: 0 };
      if (queue) stack.send(queue, JSON.stringify(wake), "application");
    });
  }

  #hear({ message, fields }: Said): boolean {
    if (message === "The application was restored") {
      this.#restored?.(fields);
      return true;
    }
    const [, path] = /^(\S+) cannot be kept/.exec(message) ?? [];
    const isBegun = /starts anew|no variable of that name/.test(String(fields.reason));
    if (path === undefined || !isBegun) return false;
    this.#lost.push(path);
    return true;
  }
}

/** `3 connections stay, 12 variables kept, 1 began anew: users`. */
export function describeKept({ connections, memory }: Kept): string {
  const stay = `${counted(connections, "connection")} ${connections === 1 ? "stays" : "stay"}`;
  if (!memory) return stay;
  const { variables, runs, lost } = memory;
  return [
    stay,
    `${counted(variables, "variable")} kept${runs > 0 ? ` and those of ${counted(runs, "handler")}` : ""}`,
    ...(lost.length > 0 ? [`${lost.length} began anew: ${lost.join(", ")}`] : []),
  ].join(", ");
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
