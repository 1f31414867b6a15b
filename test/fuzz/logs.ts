/** What is logged while inputs run: the product's word for what went wrong. */
export interface LogEntry {
  readonly level: "error" | "warn";
  readonly message: string;
  readonly error: string;
}

/** Takes the place of the console; uncaught rejections and exceptions come here too. */
export class Logs {
  readonly entries: LogEntry[] = [];
  readonly strays: string[] = [];
  readonly #console = { error: console.error, warn: console.warn };
  readonly #onStray = (error: unknown) =>
    void this.strays.push(error instanceof Error ? (error.stack ?? error.message) : String(error));

  capture(): void {
    console.error = (entry: unknown) => this.#note("error", entry);
    console.warn = (entry: unknown) => this.#note("warn", entry);
    process.on("unhandledRejection", this.#onStray);
    process.on("uncaughtException", this.#onStray);
  }

  release(): void {
    Object.assign(console, this.#console);
    process.off("unhandledRejection", this.#onStray);
    process.off("uncaughtException", this.#onStray);
  }

  take(): { entries: LogEntry[]; strays: string[] } {
    return { entries: this.entries.splice(0), strays: this.strays.splice(0) };
  }

  #note(level: "error" | "warn", entry: unknown): void {
    const { message = String(entry), error = "" } = (entry ?? {}) as Partial<LogEntry>;
    this.entries.push({ level, message, error: String(error) });
  }
}

/** A log entry of the application's own failure; anything else that is an error is ours. */
export function isOfApplication({ level, message }: LogEntry): boolean {
  return level === "warn" || message.startsWith("The application failed in");
}
