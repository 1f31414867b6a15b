import type { Corpus } from "./corpus";
import { generate, vary } from "./generate";
import type { Violation } from "./play-one";
import { Player, type PlayerOptions } from "./player";
import type { Random } from "./random";
import { blur } from "./receiver";
import { countFrames, type Sequence } from "./sequence";
import { shrink } from "./shrink";

export interface Found {
  readonly violation: Violation;
  /** The shortest that shows it. */
  readonly sequence: Sequence;
}

export interface FuzzOptions extends PlayerOptions {
  /** How many frames to send. */
  readonly inputs: number;
  readonly random: Random;
  readonly corpus: Corpus;
  /** Goes on after a violation, for others. @default false */
  readonly findAll?: boolean;
  readonly before?: (sequence: Sequence) => void;
  readonly onFound?: (found: Found) => void;
  readonly after?: (played: number, failures: ReadonlyMap<string, string>) => void;
}

type Play = Player["play"];

/** Oracles about time: a busy machine is not a violation. */
const TIMED = new Set(["cost", "time"]);

/** Plays inputs, old ones varied and new ones, until there were enough or one has shown a violation. */
export async function fuzz(options: FuzzOptions): Promise<Found[]> {
  const { inputs, random, corpus, findAll = false } = options;
  const player = new Player(options);
  const play = (sequence: Sequence) => {
    options.before?.(sequence);
    return player.play(sequence);
  };
  const found = new Map<string, Found>();
  const failures = new Map<string, string>();
  try {
    for (let played = 0; played < inputs && (findAll || found.size === 0); ) {
      const isNew = corpus.size === 0 || random.chance(0.4);
      const sequence = isNew
        ? generate(random)
        : vary(corpus.pick(random), random, corpus.pick(random));
      const { violations, features, failures: failed } = await play(sequence);
      corpus.offer(sequence, features);
      played += countFrames(sequence);
      for (const { message, error } of failed) {
        const kind = `${blur(message)} ${error.split("\n")[0]?.slice(0, 60).replace(/\d+/g, "0")}`;
        if (!failures.has(kind)) failures.set(kind, error);
      }
      options.after?.(played, failures);
      for (const violation of violations) {
        const kind = `${violation.oracle} ${blur(violation.detail)}`;
        if (found.has(kind) || !(await isReal(play, sequence, violation))) continue;
        const smallest = await shrinkWith(player, play, sequence, violation);
        found.set(kind, { violation, sequence: smallest });
        options.onFound?.({ violation, sequence: smallest });
        if (!findAll) break;
      }
    }
    return [...found.values()];
  } finally {
    await player.close();
  }
}

/** What took long has to do so again and again. */
export async function isReal(
  play: Play,
  sequence: Sequence,
  { oracle }: Violation,
): Promise<boolean> {
  if (!TIMED.has(oracle)) return true;
  for (let tries = 0; tries < 3; tries++) {
    const { violations } = await play(sequence);
    if (!violations.some((one) => one.oracle === oracle)) return false;
  }
  return true;
}

/** Each try is in new containers, since the violation may have spoilt the old. */
async function shrinkWith(player: Player, play: Play, sequence: Sequence, { oracle }: Violation) {
  const shows = async (candidate: Sequence) => {
    await player.reset();
    const { violations } = await play(candidate);
    return violations.some((one) => one.oracle === oracle);
  };
  return (await shows(sequence)) ? shrink(sequence, shows) : sequence;
}
