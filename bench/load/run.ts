import { writeFileSync } from "node:fs";
import type { CrowdReport } from "./crowd";
import type { Memory } from "./heaps";
import { MemorySeries } from "./memory";
import { HELP, type LoadOptions, readOptions } from "./options";
import { Remote } from "./remote";
import { errorsOf, hasKeptUp, type LoadReport, progressLine, summaryOf, sumOf } from "./report";
import type { StackReport } from "./stack";

/** `npm run load`: whether the stack carries many clients for a while, and loses nothing of it. */

const PROGRESS_MS = 5000;
const MEMORY_SAMPLES = 20;
/** Collecting garbage more often would be what is measured. */
const LEAST_SAMPLE_MS = 5000;

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    console.log(HELP);
    return 0;
  }
  const processes = {
    stack: new Remote("bench/load/stack.ts"),
    crowd: new Remote("bench/load/crowd.ts"),
  };
  try {
    const report = await load(options, processes);
    console.log(summaryOf(report));
    if (options.json) {
      const written = { ...report, keptUp: hasKeptUp(report) };
      writeFileSync(options.json, `${JSON.stringify(written, undefined, 2)}\n`);
    }
    return sumOf(report.errors) + sumOf(report.ghosts) > 0 ? 1 : 0;
  } finally {
    processes.stack.close();
    processes.crowd.close();
  }
}

interface Processes {
  readonly stack: Remote;
  readonly crowd: Remote;
}

async function load(options: LoadOptions, { stack, crowd }: Processes): Promise<LoadReport> {
  console.log("Starting the stack …");
  const webSocketUrl = await stack.call<string>("start", options.containers);
  const crowdReport = () => crowd.call<CrowdReport>("report");
  const stackReport = () => stack.call<StackReport>("report");

  console.log(`${options.clients} clients arrive, ${options.rampPerSecond} a second …`);
  const arrived = crowd.call("arrive", { webSocketUrl, options });
  const progress = startProgress(crowdReport, stackReport);
  await arrived;

  console.log("They talk …");
  const before = await stackReport();
  const memory = startMemory(options, { stack, crowd });
  const startedAt = performance.now();
  const talked = crowd.call("talk");
  let openAtEnd = 0;
  const end = setTimeout(async () => {
    openAtEnd = (await crowdReport()).open;
  }, options.minutes * 60_000);
  await talked;
  clearTimeout(end);
  const seconds = (performance.now() - startedAt) / 1000;
  const [after, trends] = [await stackReport(), await memory.stop()];
  const talk = await crowdReport();

  console.log("They leave …");
  progress.stop();
  await crowd.call("leave");
  const ghosts = await stack.call<Record<string, number>>("ghosts");
  const [last, final] = [await crowdReport(), await stackReport()];
  const grown = (count: (report: StackReport) => number) => count(after) - count(before);
  return {
    ...{ options, seconds, openAtEnd, ghosts, memory: trends, stack: final },
    crowd: { ...talk, errors: last.errors, details: last.details },
    invocations: grown(invocationsOf),
    dynamodb: grown(({ dynamodb }) => sumOf(dynamodb)),
    posts: grown(({ posts }) => sumOf(posts)),
    errors: errorsOf(last, final),
  };
}

function invocationsOf({ functions }: StackReport): number {
  return Object.values(functions).reduce((sum, { invocations }) => sum + invocations, 0);
}

function startProgress(
  crowdReport: () => Promise<CrowdReport>,
  stackReport: () => Promise<StackReport>,
) {
  const startedAt = performance.now();
  let before: CrowdReport | undefined;
  let last = startedAt;
  const show = async () => {
    const [crowd, stack] = await Promise.all([crowdReport(), stackReport()]);
    const now = performance.now();
    const seconds = (now - startedAt) / 1000;
    const errors = errorsOf(crowd, stack);
    console.log(progressLine({ seconds, elapsed: (now - last) / 1000, crowd, before, errors }));
    [before, last] = [crowd, now];
  };
  // If a process has ended, the code that waits for it reports that.
  const timer = setInterval(() => void show().catch(() => {}), PROGRESS_MS);
  return { stop: () => clearInterval(timer) };
}

/** Samples memory while they talk, evenly. */
function startMemory({ minutes }: LoadOptions, processes: Processes) {
  const series = new MemorySeries();
  const startedAt = performance.now();
  let isOver = false;
  const sample = async () => {
    if (isOver) return;
    const at = (performance.now() - startedAt) / 60_000;
    for (const name of ["stack", "crowd"] as const) {
      series.add(at, name, await processes[name].call<Memory>("memory"));
    }
  };
  let sampling = sample();
  const timer = setInterval(
    () => {
      sampling = sampling.then(sample);
      sampling.catch(() => {});
    },
    Math.max(LEAST_SAMPLE_MS, (minutes * 60_000) / MEMORY_SAMPLES),
  );
  return {
    async stop() {
      clearInterval(timer);
      await sampling;
      await sample();
      isOver = true;
      return series.trends();
    },
  };
}

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
