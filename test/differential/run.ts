import { parseArgs } from "node:util";
import fc from "fast-check";
import { names } from "./applications";
import { compare } from "./compare";
import type { Program } from "./language";
import { programsOf } from "./programs";

/** Compares applications that keep state on the two servers, with random programs, until one tells them apart. */

const HELP = `Usage: npm run test:differential -- [options]

  --runs <number>      how many programs               (300)
  --seed <number>      which programs                  (a random one)
  --app <name>         of this application only: ${names.join(", ")}, or generated
  --program <json>     this one program only
  --help`;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "300" },
    seed: { type: "string" },
    app: { type: "string" },
    program: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

async function main(): Promise<void> {
  if (values.help) return console.log(HELP);
  if (values.program) await compare(JSON.parse(values.program) as Program);
  else await explore();
}

async function explore(): Promise<void> {
  const seed = values.seed ? Number(values.seed) : Date.now() % 2 ** 31;
  const numRuns = Number(values.runs);
  const started = process.hrtime.bigint();
  let played = 0;
  const property = fc.asyncProperty(programsOf(values.app), async (program) => {
    progress(++played, numRuns, started);
    await compare(program);
  });
  console.log(`Playing ${numRuns} programs of seed ${seed} …`);
  const result = await fc.check(property, { numRuns, seed });
  if (!result.failed) return console.log(`No difference in ${numRuns} programs.`);
  const [program] = result.counterexample ?? [];
  console.log(`Seed ${seed}, program ${result.numRuns}, shrunk ${result.numShrinks} times:`);
  console.log(`--program '${JSON.stringify(program).replaceAll("'", "'\\''")}'`);
  throw result.errorInstance;
}

function progress(played: number, of: number, started: bigint): void {
  if (played % 100 !== 0) return;
  const seconds = Number((process.hrtime.bigint() - started) / 1_000_000n) / 1000;
  const perMinute = Math.round((played * 60) / seconds);
  console.log(`${played > of ? "shrinking" : `${played} of ${of}`}, ${perMinute} a minute`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
