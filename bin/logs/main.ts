import { setTimeout as sleep } from "node:timers/promises";
import { asking } from "../aws/account";
import { deployedStack } from "../aws/outputs";
import { listResources, type StackResource } from "../aws/stack";
import { readCommand } from "../command/read";
import { LOGS } from "../command/tables/aws";
import { nearest } from "../nearest";
import { runToEnd, UsageError } from "../usage";
import { isAtLeast, type LogLine, Printer } from "./lines";
import { type LogGroup, LogReader } from "./read";

const POLL_MS = 2000;

/** `lambda-rooms logs`. Untried on AWS. */
async function main(): Promise<void> {
  const given = readCommand(LOGS);
  if (given === undefined) return;
  const { values } = given;
  const since = readSince(values.since, Date.now());
  const { account, stack } = await deployedStack("read logs", values);
  const resources = await asking("read logs", () => listResources(account.calls, stack.name));
  const groups = chooseGroups(groupsOf(resources), values.function);
  const reader = new LogReader(account.calls, groups, values.filter, since);
  const printer = new Printer();
  const print = (line: LogLine) =>
    console.log(values.json ? JSON.stringify(forMachines(line)) : printer.describe(line));
  let isStopped = false;
  const stop = new AbortController();
  process.once("SIGINT", () => {
    isStopped = true;
    stop.abort();
  });
  do {
    for (const line of await asking("read logs", () => reader.next())) {
      if (isAtLeast(line.level, values.level)) print(line);
    }
    if (values.follow) await sleep(POLL_MS, undefined, { signal: stop.signal }).catch(() => {});
  } while (values.follow && !isStopped);
}

function forMachines({ at, text, ...line }: LogLine) {
  let message: unknown = text;
  try {
    message = JSON.parse(text);
  } catch {
    // A line that the application or Lambda wrote as a text.
  }
  return { time: new Date(at).toISOString(), ...line, message };
}

/** Log groups of the functions by their plain names, and API Gateway's access log. */
export function groupsOf(resources: readonly StackResource[]): LogGroup[] {
  return resources
    .filter(({ type }) => type === "AWS::Logs::LogGroup")
    .map(({ logicalId, physicalId }) => ({ name: plainName(logicalId), group: physicalId }));
}

/** `RoomsFunctionsLaneLogDEA66BD8` is `lane`. */
function plainName(logicalId: string): string {
  const [, name] = /(?:Functions(\w+?)Log|GatewayAccessLogs)[0-9A-F]{8}$/.exec(logicalId) ?? [];
  return name?.toLowerCase() ?? (/AccessLogs/.test(logicalId) ? "access" : logicalId);
}

/** The access log has a line for each frame, so only those who ask for it get it. */
function chooseGroups(groups: readonly LogGroup[], wanted: readonly string[]): LogGroup[] {
  if (wanted.length === 0) return groups.filter(({ name }) => name !== "access");
  const names = groups.map(({ name }) => name);
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const meant = nearest(unknown, names);
    const wayOut = meant === undefined ? "" : `. Did you mean ${meant}?`;
    throw new UsageError(
      `Cannot read logs: expected --function to be one of ${names.join(", ")}, got ${unknown}${wayOut}`,
    );
  }
  return groups.filter(({ name }) => wanted.includes(name));
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `10m` before now, or a date. */
function readSince(text: string, now: number): number {
  const [, count, unit = ""] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return now - Number(count) * (UNITS[unit] ?? 0) * 1000;
  const at = Date.parse(text);
  if (/^\d{4}-/.test(text) && !Number.isNaN(at)) return at;
  throw new UsageError(
    `Cannot read logs: expected --since to be like 30s, 10m, 2h, 1d or 2026-01-31T08:00:00Z, got ${text}`,
  );
}

void runToEnd(main);
