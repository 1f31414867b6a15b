import type { Flavour } from "./app";
import { mutate } from "./mutate";
import { anyNamespace, connect, type Dialect, packet } from "./packets";
import type { Random } from "./random";
import { ATTACKERS, type Attacker, type Batch, type Opening, type Sequence } from "./sequence";
import { NAMESPACES } from "./words";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Sent = readonly [Attacker, string];

/** A sequence by the grammar: some connections join namespaces, talk, and some talk rubbish. */
export function generate(random: Random): Sequence {
  const flavour: Flavour = random.chance(0.6) ? "plain" : "recovering";
  const openings: Partial<Record<Attacker, Opening>> = {};
  const dialects = new Map<Attacker, Dialect>();
  for (const attacker of ATTACKERS.slice(0, 1 + random.below(3))) {
    const dialect = random.pick(["default", "default", "single", "json", "json"] as const);
    dialects.set(attacker, dialect);
    openings[attacker] = opening(random, dialect);
  }
  const batches: Batch[] = [];
  for (const [attacker, dialect] of dialects) {
    const joined = new Set(["/", random.pick(NAMESPACES), "/raw"].slice(random.below(3)));
    batches.push({ frames: [...joined].map((name) => [attacker, connect(random, dialect, name)]) });
  }
  for (let left = 1 + random.below(6); left > 0; left--) batches.push(batch(random, dialects));
  return { flavour, openings, batches };
}

function opening(random: Random, dialect: Dialect): Opening {
  if (dialect !== "json") return { protocol: "socket.io", query: { EIO: "4" } };
  const namespace = random.chance(0.7) ? "" : anyNamespace(random);
  // `src/gateway/handshake.ts` refuses the rest.
  const isAllowed = namespace === "" || /^\/[^,]{0,255}$/.test(namespace);
  return { protocol: "json", query: isAllowed ? { namespace } : {} };
}

function batch(random: Random, dialects: ReadonlyMap<Attacker, Dialect>): Batch {
  const frames: Sent[] = [];
  const attackers = [...dialects.keys()];
  let attacker = random.pick(attackers);
  for (let left = 1 + random.below(8); left > 0; left--) {
    if (random.chance(0.3)) attacker = random.pick(attackers);
    const dialect = dialects.get(attacker) as Dialect;
    const isStranger = random.chance(0.03);
    const made = packet(random, isStranger ? random.pick(["default", "single", "json"]) : dialect);
    frames.push(...made.map((text): Sent => [attacker, text]));
  }
  return decorate(spoil(frames, random), random, attackers);
}

/** Some frames get something wrong. */
function spoil(frames: readonly Sent[], random: Random): Sent[] {
  return frames.map(([attacker, text]): Sent => {
    if (!random.chance(0.15)) return [attacker, text];
    return [attacker, mutate(text, random, random.pick(frames)[1])];
  });
}

function decorate(frames: readonly Sent[], random: Random, attackers: readonly Attacker[]): Batch {
  return {
    frames,
    ...(random.chance(0.08) ? { again: true } : {}),
    ...(random.chance(0.1) ? { direct: true } : {}),
    ...(random.chance(0.08) ? { ends: [random.pick(attackers)] } : {}),
  };
}

/** A sequence with something changed, with parts of another. */
export function vary(sequence: Sequence, random: Random, other: Sequence): Sequence {
  const batches: Batch[] = [...sequence.batches];
  for (let times = 1 + random.below(3); times > 0; times--) {
    const place = random.below(batches.length);
    const one = batches[place] as Batch;
    const attackers = Object.keys(sequence.openings) as Attacker[];
    const foreign = random.pick(other.batches);
    random.weighted<unknown>([
      [
        5,
        () => batches.splice(place, 1, { ...one, frames: varyFrames(one.frames, foreign, random) }),
      ],
      [1, () => batches.splice(place, 0, adopt(foreign, attackers, random))],
      [1, () => batches.splice(random.below(batches.length), 0, one)],
      [batches.length > 1 ? 1 : 0, () => batches.splice(place, 1)],
      [1, () => batches.splice(place, 1, decorate(one.frames, random, attackers))],
    ]);
  }
  const result: Mutable<Sequence> = { ...sequence, batches: batches.slice(0, 16) };
  if (random.chance(0.1)) result.flavour = random.pick(["plain", "recovering"]);
  return result;
}

function varyFrames(frames: readonly Sent[], foreign: Batch, random: Random): Sent[] {
  const changed = [...frames];
  if (changed.length === 0) return changed;
  const place = random.below(changed.length);
  const [attacker, text] = changed[place] as Sent;
  const [, other] = foreign.frames.length > 0 ? random.pick(foreign.frames) : [attacker, text];
  random.weighted<unknown>([
    [6, () => changed.splice(place, 1, [attacker, mutate(text, random, other)])],
    [1, () => changed.splice(place, 0, [attacker, other])],
    [1, () => changed.splice(random.below(changed.length), 0, [attacker, text])],
    [1, () => changed.splice(place, 1)],
    [1, () => changed.reverse()],
  ]);
  return changed.slice(0, 24);
}

function adopt(batch: Batch, attackers: readonly Attacker[], random: Random): Batch {
  const attacker = random.pick(attackers);
  return { frames: batch.frames.map(([, text]): Sent => [attacker, text]) };
}
