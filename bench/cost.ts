import { called, readArguments, runToEnd, UsageError } from "../bin/usage";
import { othersOf } from "./cost-elsewhere";
import { assumptions, type Item } from "./cost-figures";
import { costOf } from "./cost-model";
import { attacks } from "./hostile";

/** `npm run cost`: what a month costs. */

const help = () => `Usage: ${called("run cost")} [options]

  --connections <number>  connections at a time, on average             (1000)
                          0 shows what a stack without users costs
  --messages <number>     messages that clients send, a second          (1)
  --room-size <number>    members of the room that a message goes to    (100)
  --bytes <number>        of a message                                  (200)
  --ordering <ordering>   "connection", or "application" for one lane and a memory  (connection)
  --changed-bytes <number> what a message changes of that memory, deflated  (1000)
  --fast-hours <number>   hours of the month in which \`fastTimers\` keeps that lane awake  (0)
  --recovery              with connection state recovery
  --hostile               what one hostile client costs in an hour instead
  --help`;

function main(): void {
  const { values } = readArguments("estimate", {
    options: {
      connections: { type: "string", default: "1000" },
      messages: { type: "string" },
      "room-size": { type: "string", default: "100" },
      bytes: { type: "string", default: "200" },
      ordering: { type: "string", default: "connection" },
      "changed-bytes": { type: "string", default: "1000" },
      "fast-hours": { type: "string", default: "0" },
      recovery: { type: "boolean", default: false },
      hostile: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(help());
  if (values.hostile) return showHostile();
  const connections = readNumber("connections", values.connections);
  const load = {
    connections,
    messagesPerSecond: readMessages(connections, values.messages),
    roomSize: readNumber("room-size", values["room-size"]),
    messageBytes: readNumber("bytes", values.bytes),
    recovers: values.recovery,
    ...readApplication(values),
  };
  const items = costOf(load);
  const total = items.reduce((sum, { usd }) => sum + usd, 0);
  console.log("Lambda Rooms, a month in us-east-1\n");
  for (const one of [...items, { what: "together", usd: total, how: "" }]) console.log(show(one));
  console.log("\nElsewhere, for the same\n");
  for (const one of othersOf(load)) console.log(show(one));
  if (load.application) console.log(describeLane(load.messagesPerSecond));
  console.log(`\nAssumed: ${assumptions.join(";\n         ")}.`);
}

function showHostile(): void {
  console.log(
    "One hostile client, an hour in us-east-1: without limits for an address; with the defaults\n",
  );
  for (const { what, unlimited, limited } of attacks()) {
    const [before, after] = [unlimited, limited].map((usd) => `$${usd.toFixed(2)}`.padStart(10));
    console.log(`  ${what.padEnd(52)}${before}${after}`);
  }
}

function readApplication(
  values: Readonly<Record<"ordering" | "changed-bytes" | "fast-hours", string>>,
) {
  const changedBytes = readNumber("changed-bytes", values["changed-bytes"]);
  const fastHours = readNumber("fast-hours", values["fast-hours"]);
  if (values.ordering === "application") return { application: { changedBytes, fastHours } };
  if (values.ordering === "connection") {
    if (fastHours === 0) return {};
    throw new UsageError("Cannot estimate: expected --fast-hours with --ordering application");
  }
  throw new UsageError(
    `Cannot estimate: expected --ordering connection or application, got ${values.ordering}`,
  );
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
function readMessages(connections: number, text: string | undefined): number {
  const messages = readNumber("messages", text ?? (connections === 0 ? "0" : "1"));
  if (connections > 0 || messages === 0) return messages;
  throw new UsageError(
    `Cannot estimate: expected --messages 0 without connections, got ${messages}`,
  );
}

function readNumber(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && Number.isFinite(value)) return value;
  throw new UsageError(
    `Cannot estimate: expected --${name} to be a number of at least 0, got ${text}`,
  );
}

function show({ what, usd, how }: Item): string {
  const dollars = usd.toLocaleString("en", { style: "currency", currency: "USD" });
  return `  ${what.padEnd(26)}${dollars.padStart(14)}  ${how}`;
}

void runToEnd(main);
