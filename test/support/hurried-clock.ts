import type { Clock } from "../../local";

/**
 * The machine's clock, so many times as fast: what AWS lets wait for seconds comes in a fraction of them. Functions
 * keep the machine's own.
 */
export function hurriedClock(times: number): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * times,
    after(ms, run) {
      const timer = setTimeout(run, ms / times).unref();
      return () => clearTimeout(timer);
    },
    every(ms, run) {
      const timer = setInterval(run, ms / times).unref();
      return () => clearInterval(timer);
    },
  };
}
