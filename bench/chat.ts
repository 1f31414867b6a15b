import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";
import { type Bench, type Line, median, type Paced, spreadOf, startProcess } from "./measure";

const MEMBERS = 100;
const ROUNDS: Paced<number> = { full: 7, quick: 3, smoke: 1 };
const MESSAGES = 100;

/**
 * The same chat on two Socket.IO servers with the Redis adapter, and in a lane function: what leaving servers
 * costs in CPU for each message that a member hears. Of ours API Gateway's and DynamoDB's share is not
 * counted, since AWS bills them otherwise; of theirs Redis is.
 */
export const chatLoad: Bench = {
  name: "chat",
  about: `a chat of ${MEMBERS}, against Socket.IO's own server with the Redis adapter`,
  async run({ pace, log }) {
    const rounds = ROUNDS[pace];
    const ours = await measureOurs(rounds, log);
    const theirs = await measureTheirs(rounds, log);
    return [lineOf(ours, theirs)];
  },
};

function lineOf(ours: readonly number[], theirs: readonly number[] | undefined): Line {
  const baseline = theirs && median(theirs);
  return {
    name: "chat-cpu-per-delivery",
    ...{ unit: "µs", value: median(ours), spread: spreadOf(ours) },
    ...(baseline === undefined ? {} : { baseline, ratio: median(ours) / baseline }),
    note: baseline
      ? "CPU for each message that a member hears: a lane function, against two Socket.IO servers with Redis"
      : "CPU for each message that a member hears; no redis-server here to compare with",
  };
}

async function measureOurs(rounds: number, log: (text: string) => void): Promise<number[]> {
  const sink = await startProcess("sink.js", "tls", "0");
  const table = await startProcess("table-server.js");
  const ports = [table.port, sink.port, MEMBERS].map(String);
  const lane = await startProcess("chat-lane.js", ...ports);
  try {
    const found: number[] = [];
    for (let round = -2; round < rounds; round++) {
      lane.process.send(MESSAGES);
      const [{ cpuUs }] = (await once(lane.process, "message")) as [{ cpuUs: number }];
      if (round >= 0) found.push(cpuUs / (MESSAGES * MEMBERS));
    }
    log(`a lane function: ${median(found).toFixed(1)} µs`);
    return found;
  } finally {
    for (const { process } of [lane, table, sink]) process.kill();
  }
}

async function measureTheirs(
  rounds: number,
  log: (text: string) => void,
): Promise<number[] | undefined> {
  const redis = await startRedis();
  if (!redis) return void log("no redis-server found: apt-get install redis-server");
  const servers = [
    await startProcess("chat-server.js", String(redis.port)),
    await startProcess("chat-server.js", String(redis.port)),
  ];
  const clients = await Promise.all(
    Array.from({ length: MEMBERS }, (_, n) => connect((servers[n % 2] as { port: number }).port)),
  );
  try {
    const found: number[] = [];
    for (let round = -2; round < rounds; round++) {
      const cpu = async () => {
        const own = await Promise.all(servers.map(({ process }) => askCpu(process)));
        return own.reduce((a, b) => a + b, cpuOfProcess(redis.process));
      };
      const before = await cpu();
      await talk(clients);
      if (round >= 0) found.push(((await cpu()) - before) / (MESSAGES * MEMBERS));
    }
    log(`two servers and Redis: ${median(found).toFixed(1)} µs`);
    return found;
  } finally {
    for (const client of clients) client.terminate();
    for (const { process } of servers) process.kill();
    redis.process.kill();
  }
}

/** Messages one after the other, as ours are handled; each when all have heard the one before. */
async function talk(clients: readonly WebSocket[]): Promise<void> {
  let heard = 0;
  let wake = () => {};
  const listen = (data: WebSocket.RawData) => {
    if (!data.toString().startsWith("42")) return;
    heard++;
    if (heard % clients.length === 0) wake();
  };
  for (const client of clients) client.on("message", listen);
  for (let n = 0; n < MESSAGES; n++) {
    const all = new Promise<void>((resolve) => {
      wake = resolve;
    });
    clients[n % clients.length]?.send(`42["chat","room","${"x".repeat(184)}"]`);
    await all;
  }
  for (const client of clients) client.off("message", listen);
}

async function connect(port: number): Promise<WebSocket> {
  const client = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  await once(client, "message");
  client.on("message", (data) => {
    if (data.toString() === "2") client.send("3");
  });
  const joined = once(client, "message");
  client.send("40");
  await joined;
  client.send('42["join","room"]');
  await sleep(100);
  return client;
}

async function startRedis(): Promise<{ port: number; process: ChildProcess } | undefined> {
  const port = await freePort();
  const redis = spawn("redis-server", ["--port", String(port), "--save", ""], { stdio: "ignore" });
  const failed = await Promise.race([once(redis, "error").then(() => true), sleep(1000, false)]);
  return failed ? undefined : { port, process: redis };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function askCpu(server: ChildProcess): Promise<number> {
  server.send("cpu");
  const [cpuUs] = (await once(server, "message")) as [number];
  return cpuUs;
}

/** CPU of another process so far, microseconds: ticks of 10 ms. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function cpuOfProcess({ pid }: ChildProcess): number {
  const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const [user, system] = fields.split(" ").slice(11, 13).map(Number);
  return ((user as number) + (system as number)) * 10_000;
}
