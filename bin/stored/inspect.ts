import { describeMemory, type Kept, KINDS } from "../../src/durable/describe";
import { splitStored } from "../../src/host/application/stored-memory";
import { DynamoApplication } from "../../src/store/dynamo/application";
import { asking } from "../aws/account";
import { readCommand } from "../command/read";
import { INSPECT } from "../command/tables/stored";
import { runToEnd } from "../usage";
import { openTable } from "./open";

const SHOWN = 20;
const LONGEST_VALUE = 400;

async function main(): Promise<void> {
  const given = readCommand(INSPECT);
  if (given === undefined) return;
  const { values, positionals } = given;
  const { table } = await openTable("inspect", values);
  const { version, entries } = await asking("inspect", () => new DynamoApplication(table).read());
  const [wanted = ""] = positionals;
  const { memory, connections } = splitStored(entries);
  const kept = describeMemory(memory).filter(({ name }) => name.includes(wanted));
  if (values.json) {
    const shown = kept.map(({ text, ...one }) => (values.values ? { ...one, text } : one));
    return console.log(JSON.stringify({ version, connections, kept: shown }, undefined, 2));
  }
  if (version === 0) return console.log("The application has kept nothing yet.");
  console.log(`Version ${version}, ${counted(connections, "connection")}, ${bytesOf(kept)}`);
  for (const kind of KINDS) print(kind, kept, values);
}

function print(
  kind: Kept["kind"],
  all: readonly Kept[],
  { values, ...options }: { readonly values: boolean; readonly all: boolean },
): void {
  const some = all.filter((one) => one.kind === kind).sort((a, b) => b.bytes - a.bytes);
  if (some.length === 0) return;
  console.log(`\n${counted(some.length, kind)}, ${bytesOf(some)}`);
  const shown = options.all ? some : some.slice(0, SHOWN);
  for (const { name, bytes, due, text } of shown) {
    const when = due === undefined ? "" : `  due ${new Date(due).toISOString()}`;
    console.log(`  ${String(bytes).padStart(9)} B  ${name}${when}`);
    if (values) console.log(`               ${cut(text)}`);
  }
  if (shown.length < some.length) console.log(`  and ${some.length - shown.length} more: --all`);
}

function cut(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function bytesOf(kept: readonly Kept[]): string {
  const bytes = kept.reduce((sum, one) => sum + one.bytes, 0);
  return bytes < 10_000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(1)} KB`;
}

function counted(count: number, what: string): string {
  if (count === 1) return `1 ${what}`;
  const [first = "", ...rest] = what.split(" ");
  return [`${count} ${first}${first === "data" ? "" : "s"}`, ...rest].join(" ");
}

void runToEnd(main);
