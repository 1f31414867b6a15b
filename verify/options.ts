import { readCommand } from "../bin/command/read";
import { VERIFY } from "../bin/command/tables/aws";
import { UsageError } from "../bin/usage";
import { probes } from "./probes";

export interface Options {
  readonly isDryRun: boolean;
  readonly only: ReadonlySet<number> | undefined;
  readonly isLong: boolean;
  readonly keeps: boolean;
  readonly isLocal: boolean;
  readonly isQuick: boolean;
  readonly report: string;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
}

/** A deployment that is looked at, in place of a stack of probes. */
export interface DeployedOptions {
  readonly url: string | undefined;
  readonly "stack-name": string | undefined;
  readonly profile: string | undefined;
  readonly region: string | undefined;
  readonly json: boolean;
}

type Read = Options | { readonly deployed: DeployedOptions };

/** Throws with what was expected and what was got; `undefined` after help. */
export function readOptions(args: readonly string[]): Read | undefined {
  const given = readCommand(VERIFY, args);
  if (given === undefined) return undefined;
  const { values, positionals } = given;
  const [url] = positionals;
  const { profile, region, json } = values;
  const stackName = values["stack-name"];
  if (url !== undefined || stackName !== undefined) {
    if (url !== undefined && !/^(https|wss?|http):\/\//.test(url)) {
      throw new UsageError(
        `Cannot verify: expected the URL of a deployment, which begins with https:// or wss://, got ${url}`,
      );
    }
    return { deployed: { url, "stack-name": stackName, profile, region, json } };
  }
  return {
    isDryRun: values["dry-run"],
    only: values.only === undefined ? undefined : readNumbers(values.only),
    isLong: values.long,
    keeps: values.keep,
    isLocal: values.local,
    isQuick: values.quick,
    ...{ report: values.report, profile, region },
  };
}

function readNumbers(text: string): ReadonlySet<number> {
  const known = probes.map(({ number }) => number);
  const numbers = text.split(",").map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN));
  if (numbers.every((number) => known.includes(number))) return new Set(numbers);
  throw new UsageError(
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
