import { parseArgs } from "node:util";
import { probes } from "./probes";

export const HELP = `Usage: npm run verify:aws -- [options]

Deploys a stack of its own, asks it what only AWS can tell, and deletes it. Region and account are those of
the AWS SDK: AWS_REGION, AWS_PROFILE. docs/verify.md says what it costs and leaves.

  --dry-run        prints the plan and what would be deployed; changes nothing
  --only <list>    numbers of probes, such as 3,5
  --long           also the probes that take longer (2: idle connections, 14 minutes)
  --keep           does not delete the stack
  --local          against the local stack, without AWS
  --quick          fewer clients and frames
  --report <file>  where the report goes                              (verify-report.json)
  --help`;

export interface Options {
  readonly isDryRun: boolean;
  readonly only: ReadonlySet<number> | undefined;
  readonly isLong: boolean;
  readonly keeps: boolean;
  readonly isLocal: boolean;
  readonly isQuick: boolean;
  readonly report: string;
}

/** Throws with what was expected and what was got. */
export function readOptions(args: readonly string[]): Options | "help" {
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ "dry-run": flag, long: flag, keep: flag, local: flag, quick: flag, help: flag },
      only: { type: "string" },
      report: { type: "string", default: "verify-report.json" },
    },
  });
  if (values.help) return "help";
  return {
    isDryRun: values["dry-run"],
    only: values.only === undefined ? undefined : readNumbers(values.only),
    isLong: values.long,
    keeps: values.keep,
    isLocal: values.local,
    isQuick: values.quick,
    report: values.report,
  };
}

function readNumbers(text: string): ReadonlySet<number> {
  const known = probes.map(({ number }) => number);
  const numbers = text.split(",").map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN));
  if (numbers.every((number) => known.includes(number))) return new Set(numbers);
  throw new RangeError(
    `Cannot verify: expected --only to list numbers from 0 to ${known.length - 1}, got ${text}`,
  );
}

/** Whether a probe runs; the deployment and its end always do. */
export function isChosen(
  { number, isBackground }: { number: number; isBackground?: boolean },
  { only, isLong }: Options,
): boolean {
  if (isBackground && !isLong) return false;
  return only === undefined || only.has(number);
}
