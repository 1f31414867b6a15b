import type { Random } from "./random";
import { KEYS, NUMBERS, ODD_ROOMS, ROOMS } from "./words";

/** JSON as text, since much of what is wrong with JSON no value can say. */

export function valueText(random: Random, depth = 3): string {
  return random.weighted<string>([
    [8, () => scalarText(random)],
    [depth > 0 ? 4 : 0, () => arrayText(random, depth - 1)],
    [depth > 0 ? 6 : 0, () => objectText(random, depth - 1)],
    [1, () => placeholder(random)],
    [1, () => random.pick(['{"$bytes":"AQID"}', '{"$$bytes":1}', '{"base64":"AQID"}'])],
    [0.3, () => deepText(random)],
    [0.2, () => longText(random)],
  ]);
}

export function scalarText(random: Random): string {
  return random.weighted<string>([
    [3, () => String(random.below(10))],
    [1, () => random.pick(NUMBERS)],
    [4, () => stringText(random)],
    [2, () => random.pick(["null", "true", "false"])],
  ]);
}

export function stringText(random: Random): string {
  return random.weighted<string>([
    [4, () => JSON.stringify(random.pick(ROOMS))],
    [2, () => JSON.stringify(random.pick(ODD_ROOMS))],
    [2, () => JSON.stringify(random.pick(KEYS))],
    [1, () => JSON.stringify(anyText(random, 1 + random.size(40)))],
    [1, () => random.pick(['"\\u0000"', '"\\ud83d"', '"\\udc00\\ud800"', '"\\x"', '"', '"\t"'])],
  ]);
}

export function anyText(random: Random, length: number): string {
  const codes = Array.from({ length }, () =>
    random.weighted<number>([
      [6, () => 32 + random.below(95)],
      [1, () => random.below(32)],
      [1, () => 0x80 + random.below(0x700)],
      [1, () => random.below(0x10000)],
    ]),
  );
  return String.fromCharCode(...codes);
}

function arrayText(random: Random, depth: number): string {
  const length = random.chance(0.02) ? random.size(5000) : random.below(4);
  // Large arrays hold scalars only.
  const inner = length > 4 ? 0 : depth;
  return `[${Array.from({ length }, () => valueText(random, inner)).join()}]`;
}

export function objectText(random: Random, depth: number): string {
  const entries = Array.from({ length: random.below(4) }, () => {
    const key = JSON.stringify(random.pick(KEYS));
    return `${key}:${valueText(random, depth)}`;
  });
  // A key that comes twice.
  if (entries[0] && random.chance(0.2)) entries.push(entries[0]);
  return `{${entries.join()}}`;
}

export function placeholder(random: Random): string {
  const num = random.weighted<string>([
    [5, () => String(random.below(3))],
    [2, () => random.pick(NUMBERS)],
    [1, () => random.pick(['"0"', '"__proto__"', '"length"', "null", "[0]", "{}"])],
  ]);
  const flag = random.chance(0.9) ? "true" : random.pick(["1", "false", '"true"']);
  return `{"_placeholder":${flag},"num":${num}}`;
}

function deepText(random: Random): string {
  const depth = random.size(20_000);
  if (random.chance(0.5)) return "[".repeat(depth) + "]".repeat(depth);
  const key = random.pick(['{"a":', '{"__proto__":', '[{"$bytes":', '{"toJSON":']);
  const open = key.startsWith("[") ? "}]" : "}";
  return `${key.repeat(depth)}0${open.repeat(random.chance(0.9) ? depth : depth + 1)}`;
}

/** Up to 128 KB. */
function longText(random: Random): string {
  const unit = random.pick(["a", "𝕏", "\\u0000", "\\\\", "\\ud800", "é"]);
  const length = random.size(131_072) / Buffer.byteLength(unit);
  return `"${unit.repeat(Math.ceil(length))}"`;
}
