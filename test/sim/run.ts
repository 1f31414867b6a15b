import path from "node:path";
import { parseArgs } from "node:util";
import { type Driver, simulationDriver } from "./driver";

// The AWS SDK announces the end of its support for Node 20 in every process.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const HELP = `Usage: npm run test:chaos -- [options]

  --seeds <n>    how many runs                    (default 200; with --real 20)
  --from <seed>  the first seed                   (default 1)
  --clients <n>  clients that talk                (default 10; with --real 24)
  --steps <n>    what they do, together           (default 80; with --real 400)
  --ordering <o> "connection" or "application", where the whole has one lane and a memory (default connection)
  --memory       each connection keeps variables with its lane
  --keep-answers no answer of DynamoDB or SQS gets lost
  --trace        print each decision, and what the product logs
  --real         real sockets over the local stack, where a seed is only a hint
  --help

Exits with 1 if a run found a violation; the same seed and sizes then replay it exactly.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string" },
      from: { type: "string", default: "1" },
      clients: { type: "string" },
      steps: { type: "string" },
      ordering: { type: "string", default: "connection" },
      "keep-answers": { type: "boolean", default: false },
      memory: { type: "boolean", default: false },
      trace: { type: "boolean", default: false },
      real: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const driver = await driverOf(values);
  const numberOf = (name: "seeds" | "from" | "clients" | "steps", otherwise: number) => {
    const value = Number(values[name] ?? otherwise);
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw new RangeError(`Cannot run: expected --${name} to be a number, got ${values[name]}`);
  };
  const { defaults } = driver;
  const [seeds, from] = [numberOf("seeds", defaults.seeds), numberOf("from", 1)];
  const clients = numberOf("clients", defaults.clients);
  const steps = numberOf("steps", defaults.steps);
  const started = process.hrtime.bigint();
  let violated = 0;
  await driver.start?.();
  for (let seed = from; seed < from + seeds; seed++) {
    const { violations, summary } = await driver.run(seed, { clients, steps });
    console.log(`seed ${seed}: ${describe(summary)}`);
    if (violations.length === 0) continue;
    violated++;
    const shown = violations.slice(0, 20).map((text) => `  ${text.slice(0, 300)}`);
    console.log(`seed ${seed}: ${violations.length} violations\n${shown.join("\n")}`);
    const kept = values["keep-answers"] ? " --keep-answers" : "";
    const memory = values.memory ? " --memory" : "";
    const how = values.real ? "--real" : `--trace${kept}${memory}`;
    const again = `${how} --ordering ${values.ordering}`;
    const sizes = `--clients ${clients} --steps ${steps}`;
    console.log(`  again: npm run test:chaos -- --seeds 1 --from ${seed} ${sizes} ${again}`);
  }
  await driver.stop?.();
  const minutes = Number((process.hrtime.bigint() - started) / 1_000_000n) / 60_000;
  console.log(`${seeds} seeds, ${violated} with violations, ${minutes.toFixed(1)} minutes`);
  return violated > 0 ? 1 : 0;
}

/** Loaded only if asked for: the real stack takes the CDK and esbuild along. */
async function driverOf(values: {
  readonly real: boolean;
  readonly trace: boolean;
  readonly "keep-answers": boolean;
  readonly memory: boolean;
  readonly ordering: string;
}): Promise<Driver> {
  const isResident = values.ordering === "application";
  if (!isResident && values.ordering !== "connection") {
    const expected = "connection or application";
    throw new RangeError(`Cannot run: expected --ordering ${expected}, got ${values.ordering}`);
  }
  if (values.real) return (await import("../chaos/driver.js")).realDriver(isResident);
  return simulationDriver({
    losesAnswers: !values["keep-answers"],
    isResident,
    ...(values.memory && { counter: await compiledCounter() }),
    ...(values.trace && { onTrace: (line: string) => console.log(line) }),
  });
}

/** Loaded only if asked for, likewise. */
async function compiledCounter(): Promise<string> {
  const { buildApplication } = await import("../memory/build.js");
  return buildApplication(path.join(__dirname, "counter.js"), true);
}

function describe(summary: Readonly<Record<string, number | string>>): string {
  return Object.entries(summary)
    .map(([name, value]) => (typeof value === "number" ? `${value} ${name}` : value))
    .join(", ");
}

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error);
    process.exit(2);
  },
);
