import { setImmediate as turn } from "node:timers/promises";

/** So many turns without a timer take what needs no time. */
const TURNS = 20;
/** Many times as many waits as one event of a client has. */
const MOST_WAITS = 1000;

/**
 * Runs something, and lets the time at once pass that it waits for. Only for what needs nothing but timers and
 * promises: sockets do not know of it.
 */
export async function skipTime<T>(run: () => Promise<T>): Promise<T> {
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "queueMicrotask", "performance"] });
  try {
    let isDone = false;
    const result = run().finally(() => {
      isDone = true;
    });
    for (let waits = 0; !isDone; waits++) {
      if (waits > MOST_WAITS) throw new Error(`Expected an end after ${waits} waits`);
      for (let turns = 0; turns < TURNS && !isDone; turns++) await turn();
      if (!isDone) jest.advanceTimersToNextTimer();
    }
    return await result;
  } finally {
    jest.useRealTimers();
  }
}
