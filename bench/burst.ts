import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";
import type { Statistics } from "../local";
import { ask, invocationsOf } from "./lane-statistics";
import { type Bench, type Paced, startScript } from "./measure";

const CONNECTIONS = 50;

interface Burst {
  readonly seconds: number;
  readonly invocations: number;
  readonly reads: number;
}

/**
 * Events of many connections at once through the local stack, in which all of AWS shares this machine: how
 * much work a burst is, through the lanes and without them.
 */
const EVENTS: Paced<number> = { full: 10_000, quick: 1000, smoke: 100 };

export const burst: Bench = {
  name: "burst",
  about: "a burst of 10,000 inbound events through the lanes, against one invocation a frame",
  async run({ pace, log }) {
    const events = EVENTS[pace];
    const lanes = await measure("connection", events, log);
    const direct = await measure("none", events, log);
    const line = (name: keyof Burst, unit: string, note: string) => ({
      name: `burst-${name}`,
      ...{ unit, value: lanes[name], baseline: direct[name] },
      ...{ ratio: direct[name] / lanes[name], note },
    });
    return [
      line("seconds", "s", `until ${events} events of ${CONNECTIONS} connections are answered`),
      line("invocations", "", "invocations: frames that wait on a lane are handled together"),
      line("reads", "", "DynamoDB requests: a batch restores its connection once"),
    ];
  },
};

async function measure(
  ordering: string,
  events: number,
  log: (text: string) => void,
): Promise<Burst> {
  const stack = await startScript("bench/stack.ts", "bench/burst-app.ts", ordering);
  try {
    const clients = await Promise.all(
      Array.from({ length: CONNECTIONS }, () => connect(stack.port)),
    );
    // Containers are started by the first frames, and are not what is measured.
    await send(clients, events / 10);
    const before = await ask(stack.process);
    const started = performance.now();
    await send(clients, events);
    const seconds = (performance.now() - started) / 1000;
    const after = await ask(stack.process);
    for (const client of clients) client.terminate();
    const found = {
      seconds,
      invocations: invocationsOf(after) - invocationsOf(before),
      reads: requestsOf(after) - requestsOf(before),
    };
    log(`ordering ${ordering}: ${seconds.toFixed(1)} s, ${found.invocations} invocations`);
    return found;
  } finally {
    stack.process.kill();
  }
}

async function connect(port: number): Promise<WebSocket> {
  const client = new WebSocket(`ws://127.0.0.1:${port}/prod?EIO=4&transport=websocket`);
  await once(client, "message");
  client.send("40");
  await once(client, "message");
  return client;
}

async function send(clients: readonly WebSocket[], events: number): Promise<void> {
  let left = events;
  const listen = (data: WebSocket.RawData) => {
    if (data.toString() === '42["done"]') left--;
  };
  for (const client of clients) client.on("message", listen);
  for (let n = 0; n < events; n++) clients[n % clients.length]?.send('42["burst"]');
  const deadline = Date.now() + 240_000;
  while (left > 0) {
    if (Date.now() > deadline) throw new Error(`${left} of ${events} events were not answered`);
    await sleep(5);
  }
  for (const client of clients) client.off("message", listen);
}

function requestsOf({ dynamodb }: Statistics): number {
  return Object.values(dynamodb).reduce((a, b) => a + b, 0);
}
