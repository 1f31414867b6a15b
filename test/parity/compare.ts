import { isDeepStrictEqual } from "node:util";
import { normalize } from "./differences";
import type { Program } from "./language";
import { type Moment, play } from "./play";
import type { Side } from "./sides";

/** The two servers, without and with connection state recovery. */
export interface Pairs {
  readonly plain: Sides;
  readonly recovering: Sides;
}

export interface Sides {
  readonly reference: Side;
  readonly rooms: Side;
}

/** So long a wait that no answer is late, on whatever machine. */
const PATIENT = 10;

/**
 * Plays a program on both sides; throws, with both transcripts, if they differ. Silent clients make a server wait until
 * its timeout, so that is short. Where a timeout is part of a difference, an answer may only have been late on a busy
 * machine: then the program is played once more, patiently.
 */
export async function compare(program: Program, pairs: Pairs): Promise<void> {
  const difference = await findDifference(program, pairs, 1);
  if (difference === undefined) return;
  const patient = TIMEOUTS.test(difference)
    ? await findDifference(program, pairs, PATIENT)
    : difference;
  if (patient !== undefined) throw new Error(patient);
}

const TIMEOUTS = /^ {2}[-+] .*(operation has timed out|nothing came)/m;

async function findDifference(
  program: Program,
  pairs: Pairs,
  patience: number,
): Promise<string | undefined> {
  const { reference, rooms } = program.recovers ? pairs.recovering : pairs.plain;
  const [expected, actual] = await Promise.all([
    play(program, reference, patience),
    play(program, rooms, patience),
  ]);
  const [a, b] = [normalize(expected), normalize(actual)];
  const leftovers = [...expected.leftovers, ...actual.leftovers];
  if (isDeepStrictEqual(a, b) && leftovers.length === 0) return undefined;
  return `The servers differ.\n${transcript(program, a, b)}\n${leftovers.join("\n")}`;
}

/** Both recordings side by side: lines that only one of them has are marked. */
function transcript(program: Program, a: readonly Moment[], b: readonly Moment[]): string {
  const titles = [
    `clients ${JSON.stringify(program.clients)}${program.recovers ? ", with recovery" : ""}`,
    ...program.steps.map((step) => JSON.stringify(step)),
    "(a last look)",
  ];
  return titles
    .flatMap((title, index) => [title, ...differ(a[index] ?? {}, b[index] ?? {})])
    .join("\n");
}

function differ(a: Moment, b: Moment): string[] {
  const endpoints = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return endpoints.flatMap((endpoint) => {
    const [expected, actual] = [linesOf(a, endpoint), linesOf(b, endpoint)];
    if (isDeepStrictEqual(expected, actual)) return expected.map((line) => `    ${line}`);
    return [
      ...expected.map((line) => `  - reference  ${line}`),
      ...actual.map((line) => `  + rooms      ${line}`),
    ];
  });
}

function linesOf(moment: Moment, endpoint: string): string[] {
  return (moment[endpoint] ?? []).map((entry) => `${endpoint}: ${JSON.stringify(entry)}`);
}
