import { isDeepStrictEqual } from "node:util";
import { type Application, applicationOf } from "./applications";
import { StandingClock } from "./clock";
import { startHosted } from "./hosted";
import type { Program, Side } from "./language";
import { nearest } from "./nearest";
import { type Moment, type Orders, play, type Recording } from "./play";
import { startReference } from "./reference";
import type { Manner } from "./vocabulary";

/**
 * Plays a program on this project's host and on Socket.IO's own server; throws, with both transcripts, if they differ.
 *
 * What is compared: for each step and each connection, all that the server sends over it, in order: events with their
 * arguments, acks, whether it lets the client in, whether it closes. Which of two connections hears something first is
 * not compared: each has a way of its own. Where the host differs, the reference may handle connects and ends of a batch
 * later, as `ordersOf` says. Where timers are late, the reference fires them when the host has.
 */
export async function compare(
  program: Program,
  application: Application = applicationOf(program.app),
): Promise<void> {
  const { plain, compiled } = application;
  const hosted = await playOn(program, application, (clock) =>
    startHosted(compiled, clock, program),
  );
  const moments = program.late ? hosted.firedAt : undefined;
  const startIt = (clock: StandingClock) => startReference(plain, clock, moments);
  const playReference = (orders?: Orders) => playOn(program, application, startIt, orders);
  const reference = await nearest(playReference, hosted.moments);
  const isSame = isDeepStrictEqual(reference.moments, hosted.moments);
  if (isSame && hosted.complaints.length === 0) return;
  const text = transcript(program, reference.moments, hosted.moments);
  throw new Error(`The servers differ.\n${text}\n${hosted.complaints.join("\n")}`);
}

interface Played extends Recording {
  readonly complaints: readonly string[];
  readonly firedAt: readonly number[];
}

async function playOn(
  program: Program,
  manner: Manner,
  start: (clock: StandingClock) => Side | Promise<Side>,
  orders?: Orders,
): Promise<Played> {
  const clock = new StandingClock();
  try {
    const side = await start(clock);
    try {
      const recording = await play(program, manner, side, orders);
      return { ...recording, complaints: side.complaints, firedAt: side.moments ?? [] };
    } finally {
      await side.close();
    }
  } finally {
    clock.restore();
  }
}

/** Both recordings: lines that only one of them has are marked. */
function transcript(program: Program, a: readonly Moment[], b: readonly Moment[]): string {
  const titles = ["(the first clients)", ...program.steps.map((step) => JSON.stringify(step))];
  return titles.flatMap((title, at) => [title, ...differ(a[at] ?? {}, b[at] ?? {})]).join("\n");
}

function differ(a: Moment, b: Moment): string[] {
  const ids = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return ids.flatMap((id) => {
    const [expected, actual] = [a[id] ?? [], b[id] ?? []];
    const same = expected.findIndex((frame, at) => frame !== actual[at]);
    const equal = same < 0 ? Math.min(expected.length, actual.length) : same;
    return [
      ...expected.slice(0, equal).map((frame) => `    ${id}  ${frame}`),
      ...expected.slice(equal).map((frame) => `  - ${id}  ${frame}`),
      ...actual.slice(equal).map((frame) => `  + ${id}  ${frame}`),
    ];
  });
}
