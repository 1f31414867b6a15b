import type { Member, Store, Workers } from "../ports";
import type { Audience } from "./audience";

/** An audience that is too large for one invocation, or its members, from the first on. */
export type Found =
  | { readonly isLarge: true; readonly members: number }
  | { readonly isLarge: false; readonly pages: AsyncIterable<readonly Member[]> };

interface Ports {
  readonly namespace: string;
  readonly store: Pick<Store, "estimate">;
  readonly workers: Workers;
}

/**
 * Looks at the first page of the members of a room or of a namespace, which tells about how many there are.
 *
 * What is found to be small is not read again; what is large has cost one page.
 */
export async function measure(
  pages: AsyncIterable<readonly Member[]>,
  { rooms }: Audience,
  { namespace, store, workers }: Ports,
): Promise<Found> {
  const iterator = pages[Symbol.asyncIterator]();
  const first = await iterator.next();
  const rest = { [Symbol.asyncIterator]: () => iterator };
  if (first.done) return { isLarge: false, pages: rest };
  const [room] = rooms;
  const members = store.estimate(namespace, room, first.value);
  if (members > workers.threshold) {
    await iterator.return?.();
    return { isLarge: true, members };
  }
  return { isLarge: false, pages: startingWith(first.value, rest) };
}

async function* startingWith<T>(first: T, rest: AsyncIterable<T>): AsyncIterable<T> {
  yield first;
  yield* rest;
}
