import type { Attacker, Batch, Sequence } from "./sequence";

/** Whether a sequence still shows what is looked for. */
export type Shows = (sequence: Sequence) => Promise<boolean>;

const MAX_TRIES = 600;

/** A sequence as short as it can be made while it still shows the same. */
export async function shrink(sequence: Sequence, shows: Shows): Promise<Sequence> {
  let best = sequence;
  let tries = 0;
  for (let isBetter = true; isBetter && tries < MAX_TRIES; ) {
    isBetter = false;
    for (const candidate of candidates(best)) {
      if (++tries > MAX_TRIES) break;
      if (!(await shows(candidate))) continue;
      best = candidate;
      isBetter = true;
      break;
    }
  }
  return best;
}

/** What is a little less than a sequence, the boldest first. */
function* candidates(sequence: Sequence): Iterable<Sequence> {
  const { batches, openings } = sequence;
  const withBatches = (changed: readonly Batch[]): Sequence => ({ ...sequence, batches: changed });
  if (batches.length > 2) {
    yield withBatches(batches.slice(0, batches.length >> 1));
    yield withBatches(batches.slice(batches.length >> 1));
  }
  for (const place of batches.keys()) yield withBatches(batches.toSpliced(place, 1));
  for (const attacker of Object.keys(openings) as Attacker[]) {
    const { [attacker]: _, ...others } = openings;
    if (Object.keys(others).length === 0) continue;
    const left = batches.map((batch) => ({
      ...batch,
      frames: batch.frames.filter(([from]) => from !== attacker),
    }));
    yield { ...sequence, openings: others, batches: left };
  }
  for (const [place, batch] of batches.entries()) {
    const replaced = (changed: Batch) => withBatches(batches.with(place, changed));
    yield* smaller(batch, replaced);
  }
}

function* smaller(batch: Batch, replaced: (batch: Batch) => Sequence): Iterable<Sequence> {
  const { frames, again, direct, ends } = batch;
  if (again || direct || ends) yield replaced({ frames });
  for (const [at, [attacker, text]] of frames.entries()) {
    yield replaced({ ...batch, frames: frames.toSpliced(at, 1) });
    for (const shorter of shorten(text)) {
      yield replaced({ ...batch, frames: frames.with(at, [attacker, shorter]) });
    }
  }
}

function* shorten(text: string): Iterable<string> {
  for (let length = text.length >> 1; length >= 1; length >>= 1) {
    if (text.length / length > 64) return;
    for (let at = 0; at < text.length; at += length) {
      yield text.slice(0, at) + text.slice(at + length);
    }
  }
}
