import { estimateSize, NAMESPACE_SHARDS } from "../key-space";
import type { Member, SocketId, Workers } from "../ports";
import type { Audience } from "./audience";

/** An audience that is too large for one invocation, or its members, from the first on. */
export type Found =
  | { readonly isLarge: true; readonly members: number }
  | { readonly isLarge: false; readonly pages: AsyncIterable<readonly Member[]> };

/**
 * Looks at the first page of an audience, which tells about how many there are.
 *
 * What is found to be small is not read again; what is large has cost one page.
 */
export async function measure(
  pages: AsyncIterable<readonly Member[]>,
  { rooms }: Audience,
  { threshold }: Workers,
): Promise<Found> {
  const iterator = pages[Symbol.asyncIterator]();
  const first = await iterator.next();
  const rest = { [Symbol.asyncIterator]: () => iterator };
  if (first.done) return { isLarge: false, pages: rest };
  const last = first.value.at(-1)?.socketId as SocketId;
  const partitions = rooms.size === 0 ? NAMESPACE_SHARDS : 1;
  const members = estimateSize(first.value.length, last) * partitions;
  if (members > threshold) {
    await iterator.return?.();
    return { isLarge: true, members };
  }
  return { isLarge: false, pages: startingWith(first.value, rest) };
}

async function* startingWith<T>(first: T, rest: AsyncIterable<T>): AsyncIterable<T> {
  yield first;
  yield* rest;
}
