/**
 * Socket ids as sort keys. Socket.IO draws them at random, 20 characters of base64url, so the members
 * of a room lie evenly in the alphabet, and how far a page of them reaches tells how many there are.
 * https://github.com/faeldt/base64id
 */

/** The characters of an id, as DynamoDB sorts them. */
const ALPHABET = [..."-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"];
const SIZE = ALPHABET.length;
/** Behind all ids. */
const END = "~";
/** With fewer, chance tells more than their number. */
const MIN_SAMPLE = 1000;

/**
 * The sockets of a namespace are spread over so many partitions, since one takes 1,000 writes a second;
 * those of a room are in one.
 */
export const NAMESPACE_SHARDS = 4;

/** About how many ids a partition holds of which the first `count` reach up to `last`. */
export function estimateSize(count: number, last: string): number {
  if (count < MIN_SAMPLE) return count;
  const [first = 0, second = 0, third = 0] = [...last].map((letter) => ALPHABET.indexOf(letter));
  const share = (first + (second + (third + 1) / SIZE) / SIZE) / SIZE;
  return Math.round(count / Math.min(1, Math.max(share, 1 / SIZE ** 3)));
}

/** A partition is cut into one of these numbers of slices, so that a member's slice seldom changes. */
const SLICES = [1, 4, 16, 64];

/** Into how many slices so many members are cut, `most` in each. There may be more of them in the last resort. */
export function slicesFor(members: number, most: number): number {
  return SLICES.find((count) => members / count <= most) ?? (SLICES.at(-1) as number);
}

/**
 * Cuts all ids into slices of equal size.
 *
 * @param slices 1, 4, 16 or 64
 * @returns each slice's bounds: ids above `after`, up to `to`. No id is as short as a bound.
 */
export function cut(slices: number): readonly { readonly after: string; readonly to: string }[] {
  const width = SIZE / slices;
  return Array.from({ length: slices }, (_, slice) => ({
    after: ALPHABET[slice * width] as string,
    to: ALPHABET[(slice + 1) * width] ?? END,
  }));
}
