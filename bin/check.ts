import { existsSync } from "node:fs";
import { isOrderingChoice, orderingChoices } from "../lib/ordering";
import { describeSource } from "./describe-source";
import { called, readArguments, runToEnd, UsageError } from "./usage";

const help = () => `Usage: ${called("run check")} <file> [options]

Reads the source of an application, runs nothing, and names what would not last, is open, or is refused.
Exits with 1 if there is something to mend.

  --ordering <mode>  as it is to be deployed: auto, connection, application, none   (auto)
  --help`;

/** `lambda-rooms check`: what `lambda-rooms dev` and a synth say of an application's source. */
async function main(): Promise<void> {
  const { values, positionals } = readArguments("check", {
    allowPositionals: true,
    options: {
      ordering: { type: "string", default: "auto" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(help());
  const { ordering } = values;
  if (!isOrderingChoice(ordering)) {
    throw new UsageError(
      `Cannot check: expected --ordering to be one of ${orderingChoices.join(", ")}, got ${ordering}`,
    );
  }
  const [app, ...others] = positionals;
  if (app === undefined || others.length > 0) {
    throw new UsageError(
      `Cannot check: expected one file, got ${positionals.join(" ") || "none"}. For example: npx lambda-rooms check server.js`,
    );
  }
  if (!existsSync(app)) throw new UsageError(`Cannot check: expected a source file, got ${app}`);
  const source = await describeSource({ app, ordering });
  const refusals = await refusalsOf(app);
  for (const line of source.notes) console.log(line);
  for (const line of [...source.findings, ...refusals]) console.error(line);
  if (source.findings.length + refusals.length > 0) process.exitCode = 1;
  else console.log(`${app}: nothing to mend, ordering "${source.ordering}"`);
}

/** What a synth refuses: locks that would let clients in. */
async function refusalsOf(app: string): Promise<string[]> {
  const { describeLocks, findLocks } = await import("../checks/locks/index.js");
  const locks = findLocks(app);
  return locks.length > 0 ? [describeLocks(locks)] : [];
}

void runToEnd(main);
