import { AsyncLocalStorage } from "node:async_hooks";

/** A copy of the application in this process. */
export interface Copy {
  /** Whether another one has taken its place. */
  isOver: boolean;
}

type Timers = Pick<typeof globalThis, "setTimeout" | "setInterval" | "clearInterval">;
type Callback = (...args: unknown[]) => unknown;
type Start<Timer> = (callback: Callback, ...rest: unknown[]) => Timer;

const loading = new AsyncLocalStorage<Copy>();

/** Loads a copy: the timers that it starts by itself belong to it, and so do those that these start. */
export function loadIn<T>(copy: Copy, load: () => T): T {
  return loading.run(copy, load);
}

/**
 * Lets timers of a copy that is over fire once more at most, and then without their callbacks: they start no others
 * and let go of the copy.
 */
export function watchTimers(its: Timers = globalThis): void {
  const { clearInterval } = its;
  its.setTimeout = watching(its.setTimeout, () => {});
  its.setInterval = watching(its.setInterval, clearInterval);
}

function watching<Started extends Timers["setTimeout"] | Timers["setInterval"]>(
  original: Started,
  stop: (timer: NodeJS.Timeout) => void,
): Started {
  const start = original as Start<NodeJS.Timeout>;
  const watched: typeof start = (callback, ...rest) => {
    const copy = loading.getStore();
    // Node itself throws for a callback that is not a function.
    if (!copy || typeof callback !== "function") return start(callback, ...rest);
    return start(
      function (this: NodeJS.Timeout, ...args) {
        return copy.isOver ? stop(this) : callback.apply(this, args);
      },
      ...rest,
    );
  };
  // `util.promisify(setTimeout)` finds Node's own promise there.
  return Object.assign(watched, original) as unknown as Started;
}
