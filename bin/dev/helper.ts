import { describeSource } from "../describe-source";
import { localEnvironment } from "../environment";
import type { StartOptions } from "../options";
import { makeNextVersion } from "./next-version";

/**
 * What takes the compiler, in a process of its own: it is loaded once, and while it works the stack goes on serving.
 */
const tasks = {
  describe: describeSource,
  environment: async ({ app, settings }: StartOptions) => {
    const local = localEnvironment(app);
    // The values of this machine win, as they do over `.env`.
    const given = settings.environment as typeof local.variables | undefined;
    return { ...local, variables: { ...given, ...local.variables } };
  },
  next: makeNextVersion,
} as const;

export type Tasks = typeof tasks;

/** What the helper gets, and what it answers. */
export interface Task {
  readonly id: number;
  readonly name: keyof Tasks;
  readonly input: unknown;
}

export interface TaskResult {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

async function run({ id, name, input }: Task): Promise<TaskResult> {
  try {
    const task = tasks[name] as (input: unknown) => Promise<unknown>;
    return { id, value: await task(input) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

process.on("message", (task: Task) => {
  void run(task).then((result) => process.connected && process.send?.(result));
});
// It ends with the process that it helps, and not by the signals of their terminal.
process.on("disconnect", () => process.exit());
for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const) process.on(signal, () => undefined);
