import { once } from "node:events";
import { KINDS, type Kind, type Work } from "./event-kinds";
import { type Bench, type Line, median, type Paced, spreadOf, startProcess } from "./measure";

const ROUNDS: Paced<number> = { full: 15, quick: 5, smoke: 1 };
const EVENTS: Paced<number> = { full: 200, quick: 100, smoke: 10 };
const SIDES: readonly Work["side"][] = ["ours", "usual", "floor"];

/** The CPU of one event in a lane function, each an invocation: requests to the table and posts included. */
export const event: Bench = {
  name: "event",
  about: "CPU of one event in the lane function, against the SDK and against bytes that are ready",
  async run({ pace, log }) {
    const sink = await startProcess("sink.js", "tls", "0");
    const table = await startProcess("table-server.js");
    const side = await startProcess("event-side.js", String(table.port), String(sink.port));
    const measure = async (work: Work): Promise<number> => {
      side.process.send(work);
      const [{ cpuUs }] = (await once(side.process, "message")) as [{ cpuUs: number }];
      return cpuUs / work.count;
    };
    try {
      const lines: Line[] = [];
      for (const kind of Object.keys(KINDS) as Kind[]) {
        const found = new Map(SIDES.map((one) => [one, [] as number[]]));
        // The first two rounds warm up; sides take turns, so that each meets the same machine.
        for (let round = -2; round < ROUNDS[pace]; round++) {
          for (const one of SIDES) {
            // The SDK posts 2,000 a second.
            const count = Math.ceil(EVENTS[pace] / Math.max(1, KINDS[kind].posts / 10));
            const taken = await measure({ kind, side: one, count });
            if (round >= 0) found.get(one)?.push(taken);
          }
        }
        lines.push(...linesOf(kind, found, log));
      }
      return lines;
    } finally {
      for (const { process } of [side, table, sink]) process.kill();
    }
  },
};

function linesOf(
  kind: Kind,
  found: ReadonlyMap<string, readonly number[]>,
  log: (text: string) => void,
): Line[] {
  const of = (side: Work["side"]) => found.get(side) ?? [];
  const [ours, usual, floor] = SIDES.map((side) => median(of(side))) as [number, number, number];
  log(`${kind}: ours ${ours.toFixed(0)} µs, usual ${usual.toFixed(0)}, floor ${floor.toFixed(0)}`);
  const own = { unit: "µs", value: ours, spread: spreadOf(of("ours")) };
  return [
    {
      name: `event-${kind}-vs-usual`,
      ...{ ...own, baseline: usual, ratio: usual / ours },
      note: "CPU of one event: times less than the same requests and posts through the AWS SDK",
    },
    {
      name: `event-${kind}-vs-floor`,
      ...{ ...own, baseline: floor, ratio: ours / floor },
      note: "the same, as a multiple of bytes that are ready on open sockets",
    },
  ];
}
