import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";

/** Calls between the processes of the load test: each has an id, and is answered with it. */
interface Call {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

/** A process that answers calls; it ends with the one that started it. */
export class Remote {
  readonly #process: ChildProcess;
  readonly #pending = new Map<number, (answer: Answer) => void>();
  #calls = 0;

  constructor(file: string) {
    this.#process = fork(path.join(process.cwd(), file), {
      execArgv: ["--import", "tsx"],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    });
    this.#process.on("message", (answer: Answer) => {
      this.#pending.get(answer.id)?.(answer);
      this.#pending.delete(answer.id);
    });
    this.#process.on("exit", (code) => {
      const error = `Cannot call ${file}: expected it to run, got its end with ${code}`;
      for (const settle of this.#pending.values()) settle({ id: 0, error });
      this.#pending.clear();
    });
  }

  call<Result>(name: string, argument?: unknown): Promise<Result> {
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, ({ result, error }) =>
        error === undefined ? resolve(result as Result) : reject(new Error(error)),
      );
      this.#process.send({ id, name, argument } satisfies Call);
    });
  }

  close(): void {
    this.#process.kill();
  }
}

/** Answers the calls of the process that started this one. */
export function answerCalls(handlers: Handlers): void {
  process.on("message", async ({ id, name, argument }: Call) => {
    try {
      const result = await handlers[name]?.(argument as never);
      process.send?.({ id, result } satisfies Answer);
    } catch (error) {
      process.send?.({ id, error: String(error) } satisfies Answer);
    }
  });
  process.on("disconnect", () => process.exit());
  process.on("SIGTERM", () => process.exit());
}
