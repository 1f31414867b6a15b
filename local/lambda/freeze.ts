/**
 * Lambda freezes an environment between two invocations: no timer, socket or promise of it goes on, and its clocks
 * jump. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 * A thread cannot be stopped from outside, so a container blocks its own event loop, which comes to the same.
 */
export type Wakes = Int32Array<SharedArrayBuffer>;

/** What a container and its keeper share: how often the keeper has woken it. */
export function createWakes(): Wakes {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** Lets a container go on. What it is to find then must have been posted before. */
export function wake(wakes: Wakes): void {
  Atomics.add(wakes, 0, 1);
  Atomics.notify(wakes, 0);
}

/** Blocks this thread until it has been woken more than `seen` times; at once if it has been already. */
export function freeze(wakes: Wakes, seen: number): void {
  // A thread that is woken for no reason sleeps again.
  while (Atomics.load(wakes, 0) <= seen) Atomics.wait(wakes, 0, seen);
}
