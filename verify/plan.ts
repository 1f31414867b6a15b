import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { AwsPlatform } from "./aws";
import { isChosen, type Options } from "./options";
import { probes } from "./probes";
import { readTemplate, summarize, synthesize } from "./synthesize";

/** `--dry-run`: what would run, how long it takes, what it costs, and what would be deployed. */
export async function printPlan(options: Options): Promise<void> {
  const chosen = probes.filter((probe) => isChosen(probe, options));
  for (const { number, title, does, expected, minutes, usd } of chosen) {
    console.log(
      `${String(number).padStart(2)}  ${title} (about ${minutes} min, $${usd.toFixed(2)})`,
    );
    console.log(`      ${does}\n      expected: ${expected}`);
  }
  const foreground = chosen.filter(({ isBackground }) => !isBackground);
  const minutes = foreground.reduce((sum, probe) => sum + probe.minutes, 0);
  const usd = chosen.reduce((sum, probe) => sum + probe.usd, 0);
  console.log(`\nAbout ${minutes} minutes at most, $${usd.toFixed(2)} besides the free tier.\n`);
  if (!options.isLocal) console.log(await difference());
  console.log(`\nThe template:\n${(await resources()).join("\n")}`);
}

async function resources(): Promise<string[]> {
  const directory = mkdtempSync(path.join(tmpdir(), "lambda-rooms-plan-"));
  try {
    await synthesize(directory);
    return summarize(readTemplate(directory));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Against the stack as it is deployed, where an account can be reached. */
async function difference(): Promise<string> {
  try {
    return await new AwsPlatform(new AbortController().signal).describeDifference();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `The template cannot be compared with what is deployed: ${reason.split("\n")[0]}`;
  }
}
