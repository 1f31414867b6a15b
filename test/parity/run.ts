import { parseArgs } from "node:util";
import fc from "fast-check";
import type { Ordering } from "./assembly";
import { compare, type Pairs } from "./compare";
import { knownBugs } from "./known-bugs";
import type { Program } from "./language";
import { startPairs } from "./pairs";
import { programsWithout } from "./programs";

/** Compares the two servers on random programs until one tells them apart. */

const HELP = `Usage: npm run test:parity -- [options]

  --runs <number>      how many programs               (100)
  --seed <number>      which programs                  (a random one)
  --fresh              a new container for each batch
  --ordering <which>   connection or application       (connection)
  --bugs               also what is known to differ
  --program <json>     this one program only
  --help`;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100" },
    seed: { type: "string" },
    fresh: { type: "boolean", default: false },
    ordering: { type: "string", default: "connection" },
    bugs: { type: "boolean", default: false },
    program: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

async function main(): Promise<void> {
  if (values.help) return console.log(HELP);
  console.log("Synthesizing the stacks …");
  const { pairs, close } = await startPairs(values.fresh, readOrdering(values.ordering));
  try {
    if (values.program) await compare(JSON.parse(values.program) as Program, pairs);
    else await explore(pairs);
  } finally {
    await close();
  }
}

function readOrdering(text: string): Ordering {
  if (text === "connection" || text === "application") return text;
  throw new RangeError(`Expected --ordering to be connection or application, got ${text}`);
}

async function explore(pairs: Pairs): Promise<void> {
  const seed = values.seed ? Number(values.seed) : Date.now() % 2 ** 31;
  const numRuns = Number(values.runs);
  const started = Date.now();
  let played = 0;
  const property = fc.asyncProperty(
    programsWithout(new Set(values.bugs ? [] : Object.keys(knownBugs))),
    async (program) => {
      progress(++played, numRuns, started);
      await compare(program, pairs);
    },
  );
  console.log(`Playing ${numRuns} programs of seed ${seed} …`);
  const result = await fc.check(property, { numRuns, seed, endOnFailure: false });
  if (!result.failed) return console.log(`No difference in ${numRuns} programs.`);
  const [program] = result.counterexample ?? [];
  console.log(`Seed ${seed}, program ${result.numRuns}, shrunk ${result.numShrinks} times:`);
  console.log(`--program '${JSON.stringify(program)}'`);
  throw result.errorInstance;
}

function progress(played: number, of: number, started: number): void {
  if (played % 20 !== 0) return;
  const perMinute = Math.round((played * 60_000) / (Date.now() - started));
  console.log(`${played > of ? "shrinking" : `${played} of ${of}`}, ${perMinute} a minute`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
