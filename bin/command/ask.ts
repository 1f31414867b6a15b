import { createInterface } from "node:readline/promises";
import { UsageError } from "../usage";

/** Whether a person sits there. */
export function hasTerminal(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * Asks a person, unless `--yes` has answered.
 *
 * @param expected what is to be typed; without one `y`
 * @throws UsageError where there is no terminal
 */
export async function confirm(
  doing: string,
  question: string,
  { yes, expected }: { readonly yes: boolean; readonly expected?: string },
): Promise<boolean> {
  if (yes) return true;
  if (!hasTerminal()) {
    throw new UsageError(
      `Cannot ${doing}: expected --yes, since there is no terminal on which to ask, got none`,
    );
  }
  // On stderr, since stdout has results alone.
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const hint = expected === undefined ? "(y/N)" : `Type ${expected} to go on:`;
  const answer = (await prompt.question(`${question} ${hint} `)).trim();
  prompt.close();
  return expected === undefined ? /^y(es)?$/i.test(answer) : answer === expected;
}
