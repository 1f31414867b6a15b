import { TestStack, waitFor } from "../support/clients";
import type { State } from "./app";
import { checkState } from "./check-state";
import { ChanceFaults, randomOf } from "./faults";
import { type Said, Talker } from "./talker";

export interface ChaosOptions {
  readonly assembly: string;
  readonly seed: number;
  readonly clients: number;
  readonly steps: number;
  /** Whether the application has one lane, and is `app.ts`, which keeps what was said in its variables. */
  readonly isResident?: boolean;
}

export interface ChaosResult {
  readonly violations: readonly string[];
  readonly faults: Readonly<Record<string, number>>;
  readonly said: number;
  readonly heard: number;
}

const ROOMS = ["red", "green", "blue"];
/** One lane takes up a batch ten messages at a time, and a dead container's only when they are visible again. */
const QUIET_MS = 240_000;

/**
 * Clients talk while DynamoDB, the management API and containers fail by chance, connections break, and some
 * break without `$disconnect`. Afterwards what each heard is compared with what was said, and the table with
 * who is there.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { isResident = false } = options;
  const faults = new ChanceFaults(options.seed, isResident);
  const test = await TestStack.start(options.assembly, {
    faults,
    // One container that stays until it dies is what a lane has; now and then each batch gets another one.
    freshContainers: !isResident || options.seed % 4 === 0,
    // Longer than any batch takes, on a busy machine too: one that comes back sooner is run twice at a time.
    timings: { maximumVisibilityMs: 8000 },
  });
  try {
    await test.stack.ready();
    const talkers = Array.from({ length: options.clients }, (_, n) => {
      const socket = test.client("/", { reconnectionDelay: 20, reconnectionDelayMax: 200 });
      return new Talker(`c${n}`, ROOMS[n % ROOMS.length] as string, socket);
    });
    await waitFor(() => talkers.every(({ joinedAt }) => joinedAt !== undefined), QUIET_MS);
    await talk(test, talkers, faults, options);
    await quiet(test);
    const violations = talkers.flatMap((talker) => violationsOf(talker, talkers));
    const deadLetters = test.stack.deadLetters().map(({ body }) => body);
    if (isResident) violations.push(...(await stateViolations(test, talkers, deadLetters)));
    else violations.push(...deadLetters.map((body) => `dead letter: ${body}`));
    violations.push(...(await ghosts(test, talkers)));
    return {
      ...{ violations, faults: faults.counts },
      said: sum(talkers, ({ acknowledged }) => acknowledged.length),
      heard: sum(talkers, ({ heard }) => heard.length),
    };
  } finally {
    await test.close();
  }
}

async function talk(
  test: TestStack,
  talkers: readonly Talker[],
  faults: ChanceFaults,
  { seed, steps }: ChaosOptions,
): Promise<void> {
  const random = randomOf(seed * 4);
  faults.isOn = true;
  for (let step = 0; step < steps; step++) {
    const talker = talkers[Math.floor(random() * talkers.length)] as Talker;
    const dice = random();
    const engine = talker.socket.io.engine;
    if (dice < 0.01) engine?.close();
    else if (dice < 0.02 && engine?.id) test.stack.lose(engine.id);
    else talker.say();
    if (random() < 0.2) await new Promise((resolve) => setTimeout(resolve, random() * 20));
  }
  faults.isOn = false;
}

/** Nothing more happens, and every client that wants to be there is. */
async function quiet({ stack }: TestStack): Promise<void> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`Not quiet after ${QUIET_MS} ms`)), QUIET_MS).unref();
  });
  await Promise.race([stack.idle(), late]);
}

function violationsOf(talker: Talker, talkers: readonly Talker[]): string[] {
  const { name, room, heard, joinedAt } = talker;
  const found: string[] = [];
  const latest = new Map<string, number>();
  const known = new Set<string>();
  for (const said of heard) {
    if (said.room !== room) found.push(`${name} in ${room} heard ${show(said)}`);
    const source = `${said.sender} ${said.socket}`;
    const before = latest.get(source) ?? 0;
    // A batch may be repeated, also to a client that has come in between. A client that was there gets
    // new messages in order.
    if (said.wasThere && !known.has(show(said)) && said.n < before) {
      found.push(`${name} heard ${show(said)} for the first time after ${before}`);
    }
    known.add(show(said));
    latest.set(source, Math.max(before, said.n));
  }
  if (joinedAt === undefined) return found;
  for (const other of talkers.filter((one) => one.room === room)) {
    for (const said of other.acknowledged) {
      if (said.at > joinedAt && !known.has(show(said))) found.push(`${name} missed ${show(said)}`);
    }
  }
  return found;
}

/** What the application's variables hold, in whichever container, as it says itself. */
async function stateViolations(
  test: TestStack,
  talkers: readonly Talker[],
  deadLetters: readonly string[],
): Promise<string[]> {
  const checker = test.client();
  // Timers fire with the lane's next message, and no later.
  const ask = (): Promise<State> => checker.emitWithAck("state");
  await waitFor(async () => {
    const { said, noted } = await ask();
    return noted.length >= said.length;
  }, QUIET_MS);
  const acknowledged = talkers.flatMap((talker) => talker.acknowledged);
  const violations = checkState(await ask(), acknowledged, deadLetters);
  checker.close();
  return violations;
}

/** What the table holds of members when every client has left. */
async function ghosts(test: TestStack, talkers: readonly Talker[]): Promise<string[]> {
  for (const { socket } of talkers) socket.close();
  await quiet(test);
  // The heartbeat finds clients that were lost without `$disconnect`.
  await test.stack.runSchedules();
  await quiet(test);
  const items = await test.items();
  return items
    .filter(({ p }) => /^[rac]/.test(p?.S ?? ""))
    .map((item) => `left in the table: ${JSON.stringify(item)}`);
}

function show({ room, sender, n }: Said): string {
  return `${room}/${sender}/${n}`;
}

function sum(talkers: readonly Talker[], count: (talker: Talker) => number): number {
  return talkers.reduce((total, talker) => total + count(talker), 0);
}
