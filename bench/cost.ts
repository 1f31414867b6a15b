import { parseArgs } from "node:util";
import { assumptions, costOf, type Item, othersOf } from "./cost-model";

/** `npm run cost`: what a month costs. */

const HELP = `Usage: npm run cost -- [options]

  --connections <number>  connections at a time, on average             (1000)
  --messages <number>     messages that clients send, a second          (1)
  --room-size <number>    members of the room that a message goes to    (100)
  --bytes <number>        of a message                                  (200)
  --recovery              with connection state recovery
  --help`;

function main(): void {
  const { values } = parseArgs({
    options: {
      connections: { type: "string", default: "1000" },
      messages: { type: "string", default: "1" },
      "room-size": { type: "string", default: "100" },
      bytes: { type: "string", default: "200" },
      recovery: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const load = {
    connections: positive("connections", values.connections),
    messagesPerSecond: positive("messages", values.messages),
    roomSize: positive("room-size", values["room-size"]),
    messageBytes: positive("bytes", values.bytes),
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

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new RangeError(`Cannot reckon: expected --${name} to be a number above 0, got ${text}`);
}

function show({ what, usd, how }: Item): string {
  const dollars = usd.toLocaleString("en", { style: "currency", currency: "USD" });
  return `  ${what.padEnd(26)}${dollars.padStart(14)}  ${how}`;
}

try {
  main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
