import { parseArgs } from "node:util";
import { type SimulationResult, simulate } from "./simulate";

// The AWS SDK announces the end of its support for Node 20 in every process.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const HELP = `Usage: npm run test:chaos -- [options]

  --seeds <n>    how many runs                    (default 200)
  --from <seed>  the first seed                   (default 1)
  --clients <n>  clients that talk                (default 10)
  --steps <n>    what they do, together           (default 80)
  --keep-answers no answer of DynamoDB or SQS gets lost
  --trace        print each decision, and what the product logs
  --real         real sockets over the local stack, where a seed is only a hint
  --help

Exits with 1 if a run found a violation; the same seed and sizes then replay it exactly.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "200" },
      from: { type: "string", default: "1" },
      clients: { type: "string", default: "10" },
      steps: { type: "string", default: "80" },
      "keep-answers": { type: "boolean", default: false },
      trace: { type: "boolean", default: false },
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
  const started = process.hrtime.bigint();
  let violated = 0;
  for (let seed = from; seed < from + seeds; seed++) {
    const print = values.trace ? { onTrace: (line: string) => console.log(line) } : {};
    const losesAnswers = !values["keep-answers"];
    const result = await simulate({ seed, ...size, losesAnswers, ...print });
    report(seed, result);
    if (result.violations.length === 0) continue;
    violated++;
    const kept = losesAnswers ? "" : " --keep-answers";
    const sizes = `--clients ${size.clients} --steps ${size.steps}${kept}`;
    console.log(`  replay: npm run test:chaos -- --seeds 1 --from ${seed} ${sizes} --trace`);
  }
  const minutes = Number((process.hrtime.bigint() - started) / 1_000_000n) / 60_000;
  console.log(`${seeds} seeds, ${violated} with violations, ${minutes.toFixed(1)} minutes`);
  return violated > 0 ? 1 : 0;
}

function report(seed: number, result: SimulationResult): void {
  const { violations, said, heard, faults, deadLetters, lastedMs, decisions } = result;
  const wrong = Object.values(faults).reduce((sum, count) => sum + count, 0);
  console.log(
    `seed ${seed}: ${said} said, ${heard} heard, ${wrong} faults, ${deadLetters} dead letters, ${Math.round(lastedMs / 60_000)} virtual minutes, ${decisions} decisions, ${result.traceHash.slice(0, 12)}`,
  );
  if (violations.length === 0) return;
  const shown = violations.slice(0, 20).map((text) => `  ${text.slice(0, 300)}`);
  console.log(`seed ${seed}: ${violations.length} violations\n${shown.join("\n")}`);
}

const isReal = process.argv.includes("--real");
if (isReal) {
  process.argv.splice(process.argv.indexOf("--real"), 1);
  require("../chaos/run");
} else {
  main().then(
    (status) => process.exit(status),
    (error: unknown) => {
      console.error(error);
      process.exit(2);
    },
  );
}
