import { called, readArguments, runToEnd, UsageError } from "../bin/usage";
import { assumptions, costOf, type Item, othersOf } from "./cost-model";
import { attacks } from "./hostile";

/** `npm run cost`: what a month costs. */

const help = () => `Usage: ${called("run cost")} [options]

  --connections <number>  connections at a time, on average             (1000)
                          0 shows what a stack without users costs
  --messages <number>     messages that clients send, a second          (1)
  --room-size <number>    members of the room that a message goes to    (100)
  --bytes <number>        of a message                                  (200)
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
  };
  const items = costOf(load);
  const total = items.reduce((sum, { usd }) => sum + usd, 0);
  console.log("Lambda Rooms, a month in us-east-1\n");
  for (const one of [...items, { what: "together", usd: total, how: "" }]) console.log(show(one));
  console.log("\nElsewhere, for the same\n");
  for (const one of othersOf(load)) console.log(show(one));
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
