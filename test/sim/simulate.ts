import { DynamoApplication } from "../../src/store/dynamo/application";
import { Broadcasts } from "./broadcasts";
import { checkCounts } from "./check-counts";
import { checkEnds, type EndEvidence } from "./check-ends";
import { checkMemory } from "./check-memory";
import { checkMessages, readDeadLetter } from "./check-messages";
import { checkEmpty, checkLiving, checkRegistry, isIdler } from "./check-table";
import { Clock } from "./clock";
import { Database } from "./database";
import { drawRates, Faults, type Rates } from "./faults";
import { checkOrders } from "./orders";
import { Play } from "./play";
import { Random } from "./random";
import { type Pace, Scheduler } from "./scheduler";
import { type Mutation, Stack } from "./stack";
import { VirtualProcess } from "./virtual-process";

export interface SimulationOptions {
  readonly seed: number;
  readonly clients?: number;
  readonly steps?: number;
  /** Told each decision of the scheduler, and what the product logs. */
  readonly onTrace?: (line: string) => void;
  readonly mutation?: Mutation;
  /** Whether answers of DynamoDB and SQS may get lost. @default true */
  readonly losesAnswers?: boolean;
  /** Whether the whole application has one lane, and a variable that outlives containers. @default false */
  readonly isResident?: boolean;
  /** The compiled text of `counter.js`: each connection keeps its variables with its lane. @default - none */
  readonly counter?: string;
  /** Nothing goes wrong. */
  readonly isCalm?: boolean;
}

export interface SimulationResult {
  readonly violations: readonly string[];
  readonly faults: Readonly<Record<string, number>>;
  readonly said: number;
  readonly heard: number;
  /** How often a variable of a socket was changed, and its client heard of it. */
  readonly counted: number;
  readonly deadLetters: number;
  /** Virtual time, milliseconds. */
  readonly lastedMs: number;
  readonly decisions: number;
  /** Two runs with the same hash took the same decisions. */
  readonly traceHash: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Each run begins later than the one before has ended: offsets of one process only grow. */
let nextStart = Date.UTC(2030, 0, 1);

/** One run: clients talk while things go wrong as the seed decides; then all is compared. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const database = await Database.start();
  const clock = new Clock(nextStart);
  const random = new Random(options.seed);
  const process = new VirtualProcess(clock, new Random(options.seed + 0x5eed));
  const drawn = drawRates(random);
  // Of one lane, every death holds up all clients: they come back faster than it recovers from as many as elsewhere.
  const rates = options.isResident ? gentler(drawn) : drawn;
  const faults = new Faults(random, rates, options.losesAnswers);
  const pace = random.pick<Pace>(["even", "uneven", "slow"]);
  const scheduler = new Scheduler({
    clock,
    random,
    faults,
    process,
    pace,
    onTrace: options.onTrace,
  });
  process.install(options.onTrace);
  try {
    return await run(options, database, scheduler);
  } finally {
    process.restore();
    await database.close();
    nextStart += DAY_MS * Math.ceil((clock.now - clock.startedAt + 1) / DAY_MS);
  }
}

function gentler(rates: Rates): Rates {
  const { kill, outage, call, restart } = rates;
  return { ...rates, kill: kill / 10, outage: outage / 10, call: call / 4, restart: restart / 4 };
}

async function run(
  {
    seed: _,
    clients = 10,
    steps = 80,
    mutation = {},
    isCalm = false,
    isResident = false,
    counter,
  }: SimulationOptions,
  database: Database,
  scheduler: Scheduler,
): Promise<SimulationResult> {
  const { random, clock, faults } = scheduler;
  const ends: EndEvidence["ends"] = [];
  // One lane is played without them so far.
  const recovers = random.chance(0.4);
  const fanOutThreshold = random.chance(0.3) ? 4 : undefined;
  const stack = new Stack({
    ...{ scheduler, database, recovers, mutation, isResident, counter },
    fanOutThreshold,
    returnsAtOnce: random.chance(0.5),
    connectionMs: random.pick([20, 40, 120]) * 60_000,
    onEnd: (end) => void ends.push(end),
    onError: () => {},
  });
  const play = new Play(scheduler, stack, clients, counter !== undefined);
  const violations: string[] = [];
  // In some runs things go wrong while clients connect, too.
  faults.isOn = !isCalm && random.chance(0.5);
  const begun = await play.begin();
  // While faults go on without end, workers that die hold up the notices of presence for half an hour each, and
  // connections end before all are settled. That it becomes quiet is told once the faults are over.
  if (!faults.isOn) violations.push(...begun);
  faults.isOn = !isCalm;
  await play.talk(steps);
  faults.isOn = false;
  violations.push(...(await play.quiet()));
  const { talkers } = play;
  const deadLetters = stack.deadLetters.map(({ body }) => readDeadLetter(body));
  const { doubts, gateway } = stack;
  const divides = fanOutThreshold !== undefined;
  const overlapped = (faults.counts.overlap ?? 0) > 0;
  const items = await database.items();
  const broadcasts = new Broadcasts(items);
  const evidence = { talkers, doubts, broadcasts, deadLetters, divides, overlapped };
  violations.push(...checkMessages(evidence));
  const { repeated } = doubts;
  violations.push(...talkers.flatMap(({ counted }) => checkCounts(counted, repeated)));
  const begunAt = (id: string) => gateway.begunAt(id);
  violations.push(...checkOrders({ talkers, repeated, begunAt }));
  violations.push(...checkLiving(items, talkers, gateway, repeated), ...checkRegistry(items));
  if (isResident) {
    const { entries } = await new DynamoApplication(database.calm()).read();
    violations.push(...checkMemory(entries, talkers, deadLetters));
  }
  violations.push(...(await play.end()));
  const left = await database.items();
  violations.push(...checkEmpty(left.filter((item) => !isIdler(item))));
  if (left.some(isIdler)) {
    await play.outlast();
    violations.push(...checkEmpty(await database.items()));
  }
  violations.push(
    ...checkEnds({ talkers, doubts, ends, recovers, deadLetters, overlapped, isResident }),
  );
  return {
    violations,
    faults: faults.counts,
    said: talkers.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0),
    heard: talkers.reduce((sum, { heard }) => sum + heard.length, 0),
    counted: talkers.reduce((sum, { counted }) => sum + counted.length, 0),
    deadLetters: deadLetters.length,
    lastedMs: clock.now - clock.startedAt,
    decisions: scheduler.decisions,
    traceHash: scheduler.traceHash,
  };
}
