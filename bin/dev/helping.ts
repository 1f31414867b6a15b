import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import type { Task, TaskResult, Tasks } from "./helper";

type Input<Name extends keyof Tasks> = Parameters<Tasks[Name]>[0];
type Output<Name extends keyof Tasks> = Awaited<ReturnType<Tasks[Name]>>;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Runs tasks of `helper.ts` in its process, one after the other. */
export class Helper {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;

  constructor() {
    const isPackage = typeof LAMBDA_ROOMS_PACKAGE !== "undefined";
    const file = path.join(__dirname, isPackage ? "helper.js" : "helper.ts");
    // A debugger of this process has a port that no other can have.
    const execArgv = process.execArgv.filter((option) => !option.startsWith("--inspect"));
    this.#child = fork(file, [], { execArgv, serialization: "advanced" });
    this.#child.on("message", (result: TaskResult) => this.#settle(result));
    this.#child.on("exit", () => {
      const error = new Error("Cannot go on: the process that bundles has ended");
      for (const { reject } of this.#waiting.values()) reject(error);
    });
    // It alone keeps no process running.
    this.#child.unref();
    this.#child.channel?.unref();
  }

  /** @throws Error with the message that the task has failed with */
  run<Name extends keyof Tasks>(name: Name, input: Input<Name>): Promise<Output<Name>> {
    const id = this.#count++;
    const result = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    this.#child.channel?.ref();
    this.#child.send({ id, name, input } satisfies Task);
    return result as Promise<Output<Name>>;
  }

  close(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #settle({ id, value, error }: TaskResult): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#child.channel?.unref();
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  }
}
