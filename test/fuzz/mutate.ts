import type { Random } from "./random";
import { anyText } from "./values";
import { TOKENS } from "./words";

/** The largest message that API Gateway lets through, in bytes. */
const MAX_FRAME = 131_072;

type Mutation = (text: string, random: Random, other: string) => string;

const cut = (text: string, at: number, length: number, instead = "") =>
  text.slice(0, at) + instead + text.slice(at + length);

const MUTATIONS: readonly Mutation[] = [
  /** Truncated. */
  (text, random) => text.slice(0, random.below(text.length)),
  /** A part is missing. */
  (text, random) => cut(text, random.below(text.length), 1 + random.size(20)),
  /** A bit is flipped. */
  (text, random) => {
    const at = random.below(text.length);
    const code = text.charCodeAt(at) ^ (1 << random.below(random.chance(0.9) ? 7 : 16));
    return cut(text, at, 1, String.fromCharCode(code));
  },
  /** Something that is likely to hurt comes in between, or in place of something else. */
  (text, random) =>
    cut(
      text,
      random.below(text.length + 1),
      random.below(2) * random.size(10),
      random.pick(TOKENS),
    ),
  (text, random) =>
    cut(text, random.below(text.length + 1), 0, anyText(random, 1 + random.below(4))),
  /** A part comes again, once or very often. */
  (text, random) => {
    const at = random.below(text.length);
    const part = text.slice(at, at + 1 + random.size(30));
    return cut(text, at, 0, part.repeat(random.chance(0.9) ? 1 : random.size(3000)));
  },
  /** The beginning of one with the end of another. */
  (text, random, other) =>
    text.slice(0, random.below(text.length)) + other.slice(random.below(other.length)),
  /** Two in one. */
  (text, _, other) => text + other,
  /** A number or a text becomes something else. */
  (text, random) => replaceOne(text, /-?\d+(\.\d+)?(e\d+)?/g, random),
  (text, random) => replaceOne(text, /"(?:[^"\\]|\\.)*"/g, random),
];

function replaceOne(text: string, pattern: RegExp, random: Random): string {
  const found = [...text.slice(0, 2000).matchAll(pattern)];
  if (found.length === 0) return text;
  const { 0: match, index = 0 } = random.pick(found);
  return cut(text, index, match.length, random.pick(TOKENS));
}

/** A frame with one thing or a few that are wrong with it; `other` is another frame. */
export function mutate(text: string, random: Random, other: string): string {
  let result = text;
  for (let times = 1 + random.size(4); times > 0; times--) {
    result = random.pick(MUTATIONS)(result, random, other);
    // Half a character cannot be in a frame.
    result = Buffer.from(result.slice(0, MAX_FRAME)).toString();
  }
  return result;
}
