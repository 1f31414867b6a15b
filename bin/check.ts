import type { OrderingChoice } from "../lib/ordering";
import { refusalsOf } from "./check-locks";
import { entryOf, readConfig, settingsOf } from "./command/config";
import { readCommand } from "./command/read";
import { CHECK } from "./command/tables/local";
import { describeSource } from "./describe-source";
import { runToEnd } from "./usage";

/** `lambda-rooms check`: what `lambda-rooms dev` and a synth say of an application's source. */
async function main(): Promise<void> {
  const given = readCommand(CHECK);
  if (given === undefined) return;
  const config = readConfig("check");
  const app = entryOf("check", given.positionals, config);
  const settings = settingsOf("check", given.values, config);
  const ordering = (settings.ordering ?? "auto") as OrderingChoice;
  const fastTimers = settings.fastTimers === true;
  const { notes, findings, ...source } = await describeSource({ app, ordering, fastTimers });
  const refusals = await refusalsOf(app);
  const count = findings.length + refusals.length;
  if (count > 0) process.exitCode = 1;
  if (given.values.json) {
    const { ordering } = source;
    const document = { file: app, ok: count === 0, ordering, notes, findings, refusals };
    return console.log(JSON.stringify(document, undefined, 2));
  }
  for (const line of notes) console.log(line);
  for (const line of [...findings, ...refusals]) console.error(line);
  if (count === 0) console.log(`${app}: nothing to mend, ordering "${source.ordering}"`);
}

void runToEnd(main);
