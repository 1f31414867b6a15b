import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  type Bench,
  type Line,
  median,
  type Pace,
  type Paced,
  spreadOf,
  startProcess,
} from "./measure";

/**
 * CPU of one post over TLS: ours against the SDK as it is usually written, and against prebuilt bytes on
 * raw sockets, below which nothing can go. Each in a process of its own, in turns.
 */
export const postCpu: Bench = {
  name: "post-cpu",
  about: "CPU of a post over TLS, against the AWS SDK and against the raw floor",
  async run({ pace, log }) {
    const lines: Line[] = [];
    for (const delayMs of pace === "full" ? [0, 15] : [0]) {
      const sink = await startProcess("sink.js", "tls", String(delayMs));
      try {
        lines.push(...(await compare(sink.port, { delayMs, pace, log })));
      } finally {
        sink.process.kill();
      }
    }
    return lines;
  },
};

/** Rounds that are not counted: connections are opened, code is compiled. */
const WARM_UP: Paced<number> = { full: 5, quick: 5, smoke: 0 };
const ROUNDS: Paced<number> = { full: 25, quick: 9, smoke: 1 };

interface Settings {
  readonly delayMs: number;
  readonly pace: Pace;
  readonly log: (text: string) => void;
}

type Side = "sdk" | "ours" | "floor";
const SIDES: readonly Side[] = ["sdk", "ours", "floor"];
/** Posts of a round: about as long each, and short, since what is compared has to meet the same machine. */
const COUNTS: Record<Side, number> = { sdk: 4000, ours: 4000, floor: 4000 };

async function measure(side: ChildProcess, count: number): Promise<{ cpuUs: number; ms: number }> {
  side.send(count);
  const [measured] = (await once(side, "message")) as [{ cpuUs: number; ms: number }];
  return measured;
}

async function compare(port: number, { delayMs, pace, log }: Settings): Promise<Line[]> {
  const connections = delayMs === 0 ? 32 : 200;
  const start = (name: Side) =>
    startProcess("post-side.js", name, String(port), String(connections));
  const processes = {
    sdk: (await start("sdk")).process,
    ours: (await start("ours")).process,
    floor: (await start("floor")).process,
  };
  const cpu: Record<Side, number[]> = { sdk: [], ours: [], floor: [] };
  const rate: Record<Side, number[]> = { sdk: [], ours: [], floor: [] };
  const rounds = ROUNDS[pace];
  try {
    for (let round = -WARM_UP[pace]; round < rounds; round++) {
      for (const name of SIDES) {
        const count = COUNTS[name];
        const { cpuUs, ms } = await measure(processes[name], count);
        if (round < 0) continue;
        cpu[name].push(cpuUs / count);
        rate[name].push((count / ms) * 1000);
      }
      if (round >= 0 && round % 10 === 0) {
        const shown = SIDES.map((name) => `${name} ${cpu[name].at(-1)?.toFixed(1)} µs`);
        log(`answers after ${delayMs} ms, round ${round + 1} of ${rounds}: ${shown.join(", ")}`);
      }
    }
  } finally {
    for (const name of SIDES) processes[name].kill();
  }
  const [ours, sdk, floor] = [median(cpu.ours), median(cpu.sdk), median(cpu.floor)];
  // What runs right after each other is compared, since the machine's speed drifts.
  const ratio = (a: readonly number[], b: readonly number[]) =>
    median(a.map((value, round) => value / (b[round] as number)));
  const suffix = delayMs === 0 ? "" : `-${delayMs}ms`;
  return [
    {
      name: `post-cpu-vs-sdk${suffix}`,
      ...{ unit: "µs", value: ours, baseline: sdk, ratio: ratio(cpu.sdk, cpu.ours) },
      spread: spreadOf(cpu.ours),
      note: `CPU of a post over TLS, answers after ${delayMs} ms: times less than the AWS SDK with Promise.all`,
    },
    {
      name: `post-cpu-vs-floor${suffix}`,
      ...{ unit: "µs", value: ours, baseline: floor, ratio: ratio(cpu.ours, cpu.floor) },
      spread: spreadOf(cpu.ours),
      note: "the same, as a multiple of prebuilt bytes on raw TLS sockets",
    },
    {
      name: `post-rate${suffix}`,
      ...{ unit: "posts/s", value: median(rate.ours), baseline: median(rate.sdk) },
      ratio: ratio(rate.ours, rate.sdk),
      spread: spreadOf(rate.ours),
      note: "posts a second of one process, against the AWS SDK",
    },
  ];
}
