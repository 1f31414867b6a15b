import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { cdkProgram } from "../bin/deploy/cdk";
import { STACK_NAME } from "./names";
import { APP_COMMAND } from "./synthesize";

/** The CDK CLI. Untried on AWS. */
export class Cdk {
  readonly #directory = mkdtempSync(path.join(tmpdir(), "lambda-rooms-cdk-"));

  constructor(private readonly signal: AbortSignal) {}

  /** @returns the stack's outputs */
  async deploy(context: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const file = path.join(this.#directory, "outputs.json");
    const args = ["--require-approval", "never", "--outputs-file", file];
    await this.#run(["deploy", STACK_NAME, ...args], context, this.signal);
    return JSON.parse(readFileSync(file, "utf8"))[STACK_NAME];
  }

  /** A change set that is not executed: CloudFormation checks the template. */
  async prepare(context: Readonly<Record<string, string>>): Promise<void> {
    const args = ["--require-approval", "never", "--method", "prepare-change-set"];
    await this.#run(["deploy", STACK_NAME, ...args], context, this.signal);
  }

  diff(): Promise<string> {
    return this.#run(["diff", STACK_NAME, "--method", "template"], {}, this.signal);
  }

  /** Also after an interruption, hence without the signal. */
  async destroy(context: Readonly<Record<string, string>>): Promise<void> {
    await this.#run(["destroy", STACK_NAME, "--force"], context);
    if (existsSync(this.#directory)) rmSync(this.#directory, { recursive: true });
  }

  #run(
    args: readonly string[],
    context: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<string> {
    const pairs = Object.entries(context).flatMap(([key, value]) => [
      "--context",
      `${key}=${value}`,
    ]);
    const common = ["--app", APP_COMMAND, "--output", path.join(this.#directory, "out")];
    // Detached: Ctrl-C ends it through the signal, and never the `destroy` that follows.
    const program = [cdkProgram("verify"), ...args, ...common, ...pairs];
    const child = spawn(process.execPath, program, {
      ...{ detached: true, stdio: ["ignore", "pipe", "pipe"], ...(signal ? { signal } : {}) },
      env: { ...process.env, CI: "true", NO_COLOR: "1" },
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (data) => {
        text += data;
      });
    }
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (code) =>
        code === 0
          ? resolve(text)
          : reject(new Error(`cdk ${args[0]} failed with ${code}: ${text.trim().slice(-1500)}`)),
      );
    });
  }
}
