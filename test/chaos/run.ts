import { parseArgs } from "node:util";
import setup, { teardown } from "../support/synthesize";
import { runChaos } from "./chaos";

const HELP = `Usage: npm run test:chaos -- [options]

  --seeds <n>    how many runs                    (default 20)
  --from <seed>  the first seed                   (default 1)
  --clients <n>  clients that talk                (default 24)
  --steps <n>    what they do, together           (default 400)
  --help

Exits with 1 if a run found a violation, and says its seed.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "20" },
      from: { type: "string", default: "1" },
      clients: { type: "string", default: "24" },
      steps: { type: "string", default: "400" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const numberOf = (name: "seeds" | "from" | "clients" | "steps") => {
    const value = Number(values[name]);
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw new RangeError(`Cannot run: expected --${name} to be a number, got ${values[name]}`);
  };
  const [seeds, from] = [numberOf("seeds"), numberOf("from")];
  const size = { clients: numberOf("clients"), steps: numberOf("steps") };
  await setup();
  const started = Date.now();
  let violated = 0;
  for (let seed = from; seed < from + seeds; seed++) {
    const run = runChaos({ assembly: process.env.ASSEMBLY as string, seed, ...size });
    const { violations, said, heard, faults } = await run.catch((error: Error) => ({
      ...{ violations: [error.message], said: 0, heard: 0, faults: {} as Record<string, number> },
    }));
    const faultsSeen = Object.values(faults).reduce((a, b) => a + b, 0);
    console.log(`seed ${seed}: ${said} said, ${heard} heard, ${faultsSeen} faults`);
    if (violations.length === 0) continue;
    violated++;
    const shown = violations.slice(0, 20).map((text) => `  ${text.slice(0, 300)}`);
    console.log(`seed ${seed}: ${violations.length} violations\n${shown.join("\n")}`);
  }
  await teardown();
  const minutes = ((Date.now() - started) / 60_000).toFixed(1);
  console.log(`${seeds} seeds, ${violated} with violations, ${minutes} minutes`);
  return violated > 0 ? 1 : 0;
}

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
