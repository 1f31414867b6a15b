import { setTimeout as sleep } from "node:timers/promises";
import { Heaps } from "./heaps";
import type { Percentiles } from "./latency";
import { type Counts, Ledger } from "./ledger";
import { Member } from "./member";
import type { LoadOptions } from "./options";
import { answerCalls } from "./remote";
import { Rooms } from "./rooms";
import { watchStalls } from "./stalls";
import { keepTempo } from "./tempo";

/** All clients of the load test, in a process of their own so that their CPU is not the server's. */

export interface CrowdReport {
  readonly connected: number;
  readonly counts: Counts;
  /** Messages that a client still waits for. */
  readonly open: number;
  /** Moves to another room and new connections so far. */
  readonly changes: number;
  readonly ack: Percentiles;
  readonly hearing: Percentiles;
  /** Since the report before. */
  readonly recent: { readonly ack: Percentiles; readonly hearing: Percentiles };
  readonly errors: Readonly<Record<string, number>>;
  readonly details: readonly string[];
  readonly longestStallMs: number;
}

export interface CrowdStart {
  readonly webSocketUrl: string;
  readonly options: LoadOptions;
}

const longestStallMs = watchStalls();
const errors: Record<string, number> = {};
const details = new Set<string>();
const heaps = new Heaps();
let members: Member[] = [];
let ledger: Ledger;
let options: LoadOptions;
let changes = 0;

answerCalls({ arrive, talk, leave, report, memory: () => heaps.measure() });

function fail(kind: string, count = 1, detail = ""): void {
  errors[kind] = (errors[kind] ?? 0) + count;
  if (detail && details.size < 20) details.add(`${kind}: ${detail}`);
}

/** Resolves when every client is in a room, or it has taken too long. */
async function arrive(start: CrowdStart): Promise<void> {
  options = start.options;
  const { clients, rampPerSecond, jsonShare } = options;
  const timeoutMs = options.timeoutSeconds * 1000;
  ledger = new Ledger(timeoutMs, fail);
  const { webSocketUrl } = start;
  const setting = { webSocketUrl, ledger, fail, rooms: new Rooms(clients) };
  // Spread evenly, so that rooms are mixed.
  const speaksJson = (n: number) =>
    Math.floor((n + 1) * jsonShare + 1e-9) > Math.floor(n * jsonShare + 1e-9);
  members = Array.from({ length: clients }, (_, n) => new Member(setting, speaksJson(n)));
  setInterval(() => ledger.sweep(), 1000).unref();
  let next = 0;
  await keepTempo(rampPerSecond, (clients * 1000) / rampPerSecond, () => members[next++]?.arrive());
  await untilQuiet();
}

/** Resolves when their time is over, and everything said has been heard or will not be. */
async function talk(): Promise<void> {
  const { minutes, rate, clients, staySeconds } = options;
  const durationMs = minutes * 60_000;
  await Promise.all([
    keepTempo(rate, durationMs, (scheduledAt) => {
      const speaker = someone();
      if (speaker) speaker.say(scheduledAt);
      else fail("no client to speak");
    }),
    keepTempo(clients / staySeconds, durationMs, change),
  ]);
  await untilQuiet();
  ledger.close();
  for (const member of members) member.check();
}

function change(): void {
  const member = someone();
  if (changes++ % 2) member?.reconnect();
  else member?.move();
}

async function leave(): Promise<void> {
  const { rampPerSecond, clients } = options;
  let next = 0;
  await keepTempo(rampPerSecond * 5, (clients * 200) / rampPerSecond, () => members[next++]?.go());
  for (const member of members.slice(next)) member.go();
}

/** A client that is in a room now. */
function someone(): Member | undefined {
  for (let tries = 0; tries < 1000; tries++) {
    const member = members[Math.floor(Math.random() * members.length)];
    if (member?.isSettled) return member;
  }
  return undefined;
}

function report(): CrowdReport {
  const { counts, open, ackLatency, hearingLatency } = ledger;
  return {
    connected: members.filter(({ isConnected }) => isConnected).length,
    ...{ counts, open, changes, errors, details: [...details] },
    ...{ ack: ackLatency.all(), hearing: hearingLatency.all() },
    longestStallMs: longestStallMs(),
    recent: { ack: ackLatency.recent(), hearing: hearingLatency.recent() },
  };
}

/** Until every client is in a room and has heard everything, or nothing has come for too long. */
async function untilQuiet(): Promise<void> {
  const missing = () => members.filter(({ isSettled }) => !isSettled).length;
  const progress = () => JSON.stringify([ledger.counts, missing()]);
  let [last, since] = ["", performance.now()];
  while (missing() > 0 || ledger.open > 0) {
    await sleep(50);
    const now = progress();
    if (now !== last) [last, since] = [now, performance.now()];
    if (performance.now() - since > options.timeoutSeconds * 1000) return;
  }
}
