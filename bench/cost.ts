import { type Given, readCommand } from "../bin/command/read";
import { COST } from "../bin/command/tables/local";
import { runToEnd, UsageError } from "../bin/usage";
import { othersOf } from "./cost-elsewhere";
import { assumptions, type Item } from "./cost-figures";
import { costOf } from "./cost-model";
import { attacks } from "./hostile";

/** `npm run cost`: what a month costs. */
function main(): void {
  const given = readCommand(COST);
  if (given === undefined) return;
  const { values } = given;
  if (values.hostile) return showHostile(values.json);
  const { connections } = values;
  const load = {
    connections,
    messagesPerSecond: readMessages(connections, values.messages),
    roomSize: values["room-size"],
    messageBytes: values.bytes,
    recovers: values.recovery,
    ...readApplication(values),
  };
  const items = costOf(load);
  const total = items.reduce((sum, { usd }) => sum + usd, 0);
  if (values.json) {
    const document = { load, items, total, elsewhere: othersOf(load), assumptions };
    return console.log(JSON.stringify(document, undefined, 2));
  }
  console.log("Lambda Rooms, a month in us-east-1\n");
  for (const one of [...items, { what: "together", usd: total, how: "" }]) console.log(show(one));
  console.log("\nElsewhere, for the same\n");
  for (const one of othersOf(load)) console.log(show(one));
  if (load.application) console.log(describeLane(load.messagesPerSecond));
  console.log(`\nAssumed: ${assumptions.join(";\n         ")}.`);
}

function showHostile(isJson: boolean): void {
  if (isJson) return console.log(JSON.stringify({ attacks: attacks() }, undefined, 2));
  console.log(
    "One hostile client, an hour in us-east-1: without limits for an address; with the defaults\n",
  );
  for (const { what, unlimited, limited } of attacks()) {
    const [before, after] = [unlimited, limited].map((usd) => `$${usd.toFixed(2)}`.padStart(10));
    console.log(`  ${what.padEnd(52)}${before}${after}`);
  }
}

function readApplication({
  ordering,
  "changed-bytes": changedBytes,
  "fast-hours": fastHours,
}: Given<typeof COST>["values"]) {
  if (ordering === "application") return { application: { changedBytes, fastHours } };
  if (fastHours === 0) return {};
  throw new UsageError("Cannot estimate: expected --fast-hours with --ordering application");
}

/** What one lane can carry: the benchmark `application` of docs/performance.md, and `describeOrdering`. */
const LANE_PER_SECOND = 300;

function describeLane(messagesPerSecond: number): string {
  const rest =
    "timers of a second and more are left out: a wake a second costs about as much as a message a second.";
  if (messagesPerSecond <= LANE_PER_SECOND) return `\nOne lane for all; ${rest}`;
  return `\nOne lane carries about ${LANE_PER_SECOND} messages a second, not ${messagesPerSecond}: it would fall behind; ${rest}`;
}

/** Without connections no client sends. */
function readMessages(connections: number, given: number | undefined): number {
  const messages = given ?? (connections === 0 ? 0 : 1);
  if (connections > 0 || messages === 0) return messages;
  throw new UsageError(
    `Cannot estimate: expected --messages 0 without connections, got ${messages}`,
  );
}

function show({ what, usd, how }: Item): string {
  const dollars = usd.toLocaleString("en", { style: "currency", currency: "USD" });
  return `  ${what.padEnd(26)}${dollars.padStart(14)}  ${how}`;
}

void runToEnd(main);
