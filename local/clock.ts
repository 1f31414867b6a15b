/** What time it is, and what happens later. Functions have the machine's; what AWS itself measures has this one. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs something once, after so many milliseconds. Returns how to prevent that. */
  after(ms: number, run: () => void): () => void;
  /** Runs something again and again, every so many milliseconds. Returns how to stop that. */
  every(ms: number, run: () => void): () => void;
}

/** A longer time makes Node.js fire at once. https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const LONGEST_MS = 2 ** 31 - 1;

/** The clock of this machine. Its timers keep no process alive: the servers of a stack do. */
export const machineClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, LONGEST_MS)).unref();
    return () => clearTimeout(timer);
  },
  every(ms, run) {
    const timer = setInterval(run, Math.min(ms, LONGEST_MS)).unref();
    return () => clearInterval(timer);
  },
};
