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
      await measure(stack, clients, 2, true, () => {});
      await measure(stack, clients, 2, false, () => {});
      const alone = await measure(stack, clients, rounds, false, log);
      const beside = await measure(stack, clients, rounds, true, log);
      for (const client of clients) client.close();
      return [
        {
          ...{ name: "slow-neighbour", unit: "ms", value: beside, baseline: alone },
          ratio: beside / alone,
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

/** The median of so many rounds in which all connections shared a batch. */
async function measure(
  stack: Started,
  clients: readonly Socket[],
  rounds: number,
  isSlow: boolean,
  log: (text: string) => void,
): Promise<number> {
  const times: number[] = [];
  let tries = 0;
  for (let counted = 0; counted < rounds; tries++) {
    if (tries === rounds * TRIES) {
      throw new Error(`Cannot bench: only ${counted} of ${tries} rounds shared a batch`);
    }
    const found = await round(stack, clients, isSlow);
    if (!found) continue;
    times.push(...found);
    counted++;
  }
  const of = isSlow ? "beside a slow handler" : "without one";
  log(`${of}: ${median(times).toFixed(1)} ms; ${rounds} of ${tries} rounds shared a batch`);
  return median(times);
}

/** Milliseconds until each fast connection's second ack; `undefined` if the first frames did not share a batch. */
async function round(
  { process: stack }: Started,
  [neighbour, ...fast]: readonly Socket[],
  isSlow: boolean,
): Promise<number[] | undefined> {
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
  return batches === 1 ? times : undefined;
}

async function countBatches(stack: ChildProcess): Promise<number> {
  return invocationsOf(await ask(stack));
}
