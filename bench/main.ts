import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { application } from "./application";
import { broadcast } from "./broadcast";
import { burst } from "./burst";
import { chatLoad } from "./chat";
import { coldStart } from "./cold-start";
import { event } from "./event";
import { hostileState } from "./hostile-state";
import type { Bench, Line, Pace } from "./measure";
import { plotPosts } from "./plot";
import { postCpu } from "./post-cpu";
import { slowNeighbour } from "./slow-neighbour";

/** What things cost here, side by side with what else could be used. */

const benches: readonly Bench[] = [
  ...[postCpu, broadcast, burst, chatLoad, coldStart, slowNeighbour],
  hostileState,
  application,
  event,
];

const HELP = `Usage: npm run bench -- [options]

  --only <name>  one of: ${benches.map(({ name }) => name).join(", ")}
  --quick        fewer rounds, rougher figures
  --smoke        one round: shows that it runs, its figures mean nothing
  --json         one JSON object a line: {"name","unit","value","baseline","ratio"}
  --plot <file>  draws the posts as SVG
  --help`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      quick: { type: "boolean", default: false },
      smoke: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      plot: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const { only, quick, smoke, json } = values;
  const pace: Pace = smoke ? "smoke" : quick ? "quick" : "full";
  // A line's name will do as well: its bench is run.
  const chosen = benches.filter(({ name }) => !only || only.startsWith(name));
  if (chosen.length === 0)
    throw new RangeError(`Cannot bench: expected a name, got ${only}\n${HELP}`);
  for (const bench of chosen) {
    const log = (text: string) => console.error(`  ${text}`);
    console.error(`${bench.name}: ${bench.about}`);
    const lines = await bench.run({ pace, log });
    if (values.plot && bench === postCpu) writeFileSync(values.plot, plotPosts(lines));
    for (const line of lines) {
      if (only && only !== bench.name && only !== line.name) continue;
      console.log(json ? JSON.stringify(plain(line)) : show(line));
    }
  }
}

function plain({ name, unit, value, baseline, ratio }: Line): object {
  const round = (number: number | undefined) =>
    number === undefined ? undefined : Number(number.toPrecision(4));
  return { name, unit, value: round(value), baseline: round(baseline), ratio: round(ratio) };
}

function show({ name, unit, value, baseline, ratio, spread, note }: Line): string {
  const number = (one: number) =>
    one >= 100 ? Math.round(one).toLocaleString("en") : one.toFixed(1);
  const range = spread ? ` (${number(spread[0])}–${number(spread[1])})` : "";
  const against = baseline === undefined ? "" : ` against ${number(baseline)}`;
  const times = ratio === undefined ? "" : `, ratio ${ratio.toFixed(2)}`;
  return `${name.padEnd(28)} ${number(value)} ${unit}${range}${against}${times}\n${" ".repeat(29)}${note}`;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
