import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Corpus, storedSequences } from "./corpus";
import { type Found, fuzz, isReal } from "./fuzz";
import { Heap } from "./heap";
import { Player } from "./player";
import { Random } from "./random";
import { measureScaling } from "./scaling";
import { countFrames, type Sequence } from "./sequence";
import { Watchdog } from "./watchdog";

// The AWS SDK announces the end of its support for Node 20 in every process.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const HELP = `Usage: npm run test:fuzz -- [options]

  --inputs <n>     frames to send                        (default 100000)
  --seed <n>       seed of chance                        (default 1)
  --table <name>   memory or dynalite                    (default memory)
  --all            goes on after a violation, for others
  --out <file>     where a reproduction is written       (default fuzz-violation.json)
  --replay <file>  plays what --out has written
  --save <name>    writes the corpus to test/fuzz/corpus/<name>.jsonl
  --scaling        measures frames of 8, 32 and 128 KB, and sends nothing else
  --help

Exits with 1 if a violation was found.`;

interface Options {
  readonly inputs: number;
  readonly seed: number;
  readonly table: "memory" | "dynalite";
  readonly all: boolean;
  readonly out: string;
  readonly save?: string | undefined;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      inputs: { type: "string", default: "100000" },
      seed: { type: "string", default: "1" },
      table: { type: "string", default: "memory" },
      all: { type: "boolean", default: false },
      out: { type: "string", default: "fuzz-violation.json" },
      replay: { type: "string" },
      save: { type: "string" },
      scaling: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const numberOf = (name: "inputs" | "seed") => {
    const value = Number(values[name]);
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw new RangeError(`Cannot run: expected --${name} to be a number, got ${values[name]}`);
  };
  const { table } = values;
  if (table !== "memory" && table !== "dynalite") {
    throw new RangeError(`Cannot run: expected --table to be memory or dynalite, got ${table}`);
  }
  return { ...values, table, inputs: numberOf("inputs"), seed: numberOf("seed") } as const;
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  if (options.scaling) return (await measureScaling(console.log)) > 0 ? 1 : 0;
  return options.replay === undefined ? search(options) : replay(options.replay, options.table);
}

async function search({ inputs, seed, table, all, out, save }: Options): Promise<number> {
  const { corpus, violated } = await replayCorpus(table);
  const watchdog = new Watchdog(out);
  const heap = new Heap(inputs);
  const started = Date.now();
  let shown = started;
  let kinds: ReadonlyMap<string, string> = new Map();
  const found = await fuzz({
    ...{ inputs, table, corpus, findAll: all, random: new Random(seed) },
    before: (sequence) => watchdog.tell(sequence),
    onFound: report,
    after: (played, failures) => {
      kinds = failures;
      heap.look(played);
      if (Date.now() - shown < 2000 && played < inputs) return;
      shown = Date.now();
      const rate = Math.round(played / ((shown - started) / 1000));
      console.log(
        `${played} inputs, ${rate} a second, ${corpus.size} in the corpus, ${corpus.features} features, ${heap.megabytes()} MB`,
      );
    },
  });
  await watchdog.close();
  if (save) corpus.save(`${save}.jsonl`);
  for (const [kind, error] of kinds)
    console.log(`the application failed: ${kind}\n  ${placeOf(error)}`);
  if (found.length > 0) writeFileSync(out, JSON.stringify(found, null, 2));
  const growth = heap.growth();
  if (growth) console.log(growth);
  const minutes = ((Date.now() - started) / 60_000).toFixed(1);
  const violations = found.length + violated;
  console.log(`${inputs} inputs with seed ${seed}, ${violations} violations, ${minutes} minutes`);
  return violations > 0 || growth ? 1 : 0;
}

/** The corpus begins with what is stored, which also says what is no longer new. */
async function replayCorpus(table: Options["table"]) {
  const corpus = new Corpus();
  let violated = 0;
  const player = new Player({ table });
  for (const sequence of storedSequences()) {
    const { violations, features } = await player.play(sequence);
    for (const violation of violations) {
      if (!(await isReal((one) => player.play(one), sequence, violation))) continue;
      report({ violation, sequence });
      violated++;
    }
    corpus.offer(sequence, features);
  }
  await player.close();
  return { corpus, violated };
}

function placeOf(error: string): string {
  return error.split("\n").slice(1, 4).join(" <").replace(/\s+/g, " ");
}

function report({ violation, sequence }: Found): void {
  console.log(`${violation.oracle}: ${violation.detail.slice(0, 1000)}`);
  console.log(`  ${countFrames(sequence)} frames: ${JSON.stringify(sequence).slice(0, 1500)}`);
}

/** A file that `--out` has written, or a sequence alone. */
async function replay(file: string, table: Options["table"]): Promise<number> {
  const content = JSON.parse(readFileSync(file, "utf8")) as Found[] | Sequence;
  const sequences = Array.isArray(content) ? content.map((one) => one.sequence) : [content];
  const player = new Player({ table });
  let violated = 0;
  for (const sequence of sequences) {
    const { violations, failures } = await player.play(sequence);
    for (const { message, error } of failures) console.log(message, error);
    for (const violation of violations) report({ violation, sequence });
    violated += violations.length;
  }
  await player.close();
  console.log(`${sequences.length} sequences, ${violated} violations`);
  return violated > 0 ? 1 : 0;
}

// The simulated world waits on timers alone, and some of them would let the process end.
setInterval(() => undefined, 60_000);
main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error);
    process.exit(2);
  },
);
