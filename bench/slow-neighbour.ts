import type { ChildProcess } from "node:child_process";
import { io, type Socket } from "socket.io-client";
import { ask, invocationsOf } from "./lane-statistics";
import { type Bench, median, type Paced, type Started, startScript } from "./measure";

const APP = "bench/slow-neighbour-app.ts";
const FAST = 9;
/** A round counts only if all connections shared a batch; so many are tried for each that counts. */
const TRIES = 20;

/**
 * Ten connections whose frames share a batch: how long the nine fast ones wait for their second ack, with a handler
 * of four seconds beside them and without.
 */
const ROUNDS: Paced<number> = { full: 10, quick: 3, smoke: 1 };

export const slowNeighbour: Bench = {
  name: "slow-neighbour",
  about: "the second ack of nine connections that share a batch with a handler of 4 s",
  async run({ pace, log }) {
    const stack = await startScript("bench/stack.ts", APP, "connection", "reuse");
    try {
      const clients = await Promise.all(
        Array.from({ length: FAST + 1 }, () => connect(stack.port)),
      );
      const rounds = ROUNDS[pace];
      // Containers that are started by the first rounds are not what is measured.
      const warming = pace === "smoke" ? 0 : 2;
      const needsShared = pace !== "smoke";
      const measure = (count: number, isSlow: boolean) =>
        measureRounds(stack, clients, { count, isSlow, needsShared });
      await measure(warming, true);
      await measure(warming, false);
      const alone = await measure(rounds, false);
      const beside = await measure(rounds, true);
      log(describe(alone, "without one"));
      log(describe(beside, "beside a slow handler"));
      for (const client of clients) client.close();
      return [
        {
          ...{ name: "slow-neighbour", unit: "ms", value: beside.ms, baseline: alone.ms },
          ratio: beside.ms / alone.ms,
          note: "until the second ack of a fast connection, against the same without the slow one",
        },
      ];
    } finally {
      stack.process.kill();
    }
  },
};

function connect(port: number): Promise<Socket> {
  const client = io(`http://127.0.0.1:${port}`, {
    ...{ path: "/prod", transports: ["websocket"], forceNew: true },
  });
  return new Promise((resolve, reject) => {
    client.once("connect", () => resolve(client));
    client.once("connect_error", reject);
  });
}

interface Rounds {
  readonly count: number;
  readonly isSlow: boolean;
  /** Whether a round counts only if all connections shared a batch: without, the figure means nothing. */
  readonly needsShared: boolean;
}

interface Measured {
  /** The median. */
  readonly ms: number;
  readonly rounds: number;
  readonly tries: number;
}

async function measureRounds(
  stack: Started,
  clients: readonly Socket[],
  { count, isSlow, needsShared }: Rounds,
): Promise<Measured> {
  const times: number[] = [];
  let tries = 0;
  for (let counted = 0; counted < count; tries++) {
    if (tries === count * TRIES) {
      throw new Error(`Cannot bench: only ${counted} of ${tries} rounds shared a batch`);
    }
    const found = await round(stack, clients, isSlow);
    if (needsShared && !found.isShared) continue;
    times.push(...found.times);
    counted++;
  }
  return { ms: median(times), rounds: count, tries };
}

function describe({ ms, rounds, tries }: Measured, of: string): string {
  return `${of}: ${ms.toFixed(1)} ms; ${rounds} of ${tries} rounds`;
}

/** Milliseconds until each fast connection's second ack, and whether the first frames shared a batch. */
async function round(
  { process: stack }: Started,
  [neighbour, ...fast]: readonly Socket[],
  isSlow: boolean,
): Promise<{ readonly times: readonly number[]; readonly isShared: boolean }> {
  const first = neighbour as Socket;
  const before = await countBatches(stack);
  const started = performance.now();
  const ended = isSlow
    ? new Promise((resolve) => first.emit("slow").once("ended", resolve))
    : first.emitWithAck("fast");
  await Promise.all(fast.map((client) => client.emitWithAck("fast")));
  const batches = (await countBatches(stack)) - before;
  const times = await Promise.all(
    fast.map(async (client) => {
      await client.emitWithAck("fast");
      return performance.now() - started;
    }),
  );
  await ended;
  return { times, isShared: batches === 1 };
}

async function countBatches(stack: ChildProcess): Promise<number> {
  return invocationsOf(await ask(stack));
}
