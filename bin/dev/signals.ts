const STOP_MS = 5_000;
const PARENT_MS = 500;
/** From the terminal and from npm, one Ctrl-C reaches this process twice. */
const TWICE_MS = 400;

/**
 * Ends this process when it is asked to, and when the process that started it has ended.
 *
 * @param close what has to end before
 */
export function endOnSignals(close: () => Promise<unknown> | unknown): void {
  let began: number | undefined;
  const stop = async () => {
    // A second Ctrl-C waits for nothing.
    if (began !== undefined) return Date.now() - began > TWICE_MS ? process.exit(130) : undefined;
    began = Date.now();
    // What hangs must not keep the port.
    setTimeout(() => process.exit(0), STOP_MS).unref();
    try {
      await close();
    } finally {
      process.exit(0);
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  // A terminal that is closed reads no more.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", ({ code }: NodeJS.ErrnoException) => code === "EPIPE" && void stop());
  }
  const parent = process.ppid;
  const look = () => {
    if (process.ppid !== parent) void stop();
  };
  setInterval(look, PARENT_MS).unref();
}
