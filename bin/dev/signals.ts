import { execFile } from "node:child_process";

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
  watchParents(stop);
}

/** A signal to `npx` or npm ends these alone: the command runs in a shell, which goes on, and would keep the port. */
function watchParents(stop: () => void): void {
  const parent = process.ppid;
  let grandparent: number | undefined;
  if (process.env.npm_command !== undefined) {
    // https://pubs.opengroup.org/onlinepubs/9699919799/utilities/ps.html
    execFile("ps", ["-o", "ppid=,comm=", "-p", String(parent)], (error, output) => {
      const [, pid, name = ""] = /^\s*(\d+)\s+(.*)/.exec(error ? "" : output) ?? [];
      if (/(^|\/)(ba|da|z|a|k)?sh$/.test(name.trim())) grandparent = Number(pid);
    });
  }
  const look = () => {
    const isLeft = process.ppid !== parent || (grandparent !== undefined && hasEnded(grandparent));
    if (isLeft) stop();
  };
  setInterval(look, PARENT_MS).unref();
}

function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
