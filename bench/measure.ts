import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

/** One figure: `value` of what is ours, `baseline` of what it is compared with. */
export interface Line {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly baseline?: number;
  readonly ratio?: number;
  /** What the figure says, for people. */
  readonly note: string;
  /** Smallest and largest of the runs. */
  readonly spread?: readonly [number, number];
}

/** How much is measured: `full` for figures to quote, `quick` for rough ones, `smoke` to see that it runs. */
export type Pace = "full" | "quick" | "smoke";

/** What a benchmark does at each pace, such as its number of rounds. */
export type Paced<T> = Readonly<Record<Pace, T>>;

export interface Bench {
  readonly name: string;
  readonly about: string;
  run(options: { readonly pace: Pace; readonly log: (text: string) => void }): Promise<Line[]>;
}

/** CPU time of this process for some work, in microseconds. */
export async function cpuOf(work: () => Promise<unknown>): Promise<{ cpuUs: number; ms: number }> {
  const before = process.cpuUsage();
  const started = performance.now();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpuUs: user + system, ms: performance.now() - started };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2
    ? (sorted[Math.floor(middle)] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

export function spreadOf(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

/** A process of the bundled benchmarks, once it has printed its port. */
export function startProcess(file: string, ...args: string[]): Promise<Started> {
  return startWith([], path.join("build/bench", file), args);
}

/** The same with a TypeScript file, which starts more slowly. */
export function startScript(file: string, ...args: string[]): Promise<Started> {
  return startWith(["--import", "tsx"], file, args);
}

export interface Started {
  readonly port: number;
  readonly process: ChildProcess;
}

async function startWith(execArgv: string[], file: string, args: string[]): Promise<Started> {
  const child = fork(path.join(process.cwd(), file), args, {
    execArgv,
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const ended = once(child, "exit").then(() => {
    throw new Error(`Cannot bench: ${file} ended before it was ready`);
  });
  const [line] = (await Promise.race([
    once(child.stdout as NodeJS.ReadableStream, "data"),
    ended,
  ])) as [Buffer];
  ended.catch(() => {});
  return { port: Number(line.toString()), process: child };
}
