import { logWarning } from "../log";

/**
 * What an application does when no invocation waits for it: in a callback whose promise no listener returns,
 * or in a timer of its module. Each place is logged once, since a timer comes back.
 */
const known = new Set<string>();
/** A container lives for hours; an application has few such places. */
const MOST_PLACES = 100;
/** Enough for Socket.IO's frames and ours, so that the application's is among them. */
const FRAMES = 30;

export type Fate = "it was dropped" | "it may get lost";

/** @param what is done, such as `send` */
export function warnOfLoss(what: string, fate: Fate): void {
  const at = findPlace();
  if (known.has(at) || known.size >= MOST_PLACES) return;
  known.add(at);
  logWarning(
    `Cannot wait for an effect (${what}): expected a listener that returns or awaits a promise for it, got a callback that ran outside; ${fate}`,
    { at },
  );
}

/** The line of the application's file. In a bundle all code shares one file: then the callback itself. */
function findPlace(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  const frames = stack
    .split("\n")
    .slice(1)
    .map((line) => line.trim().replace(/^at /, ""))
    .filter((frame) => !/node:|<anonymous>\)?$/.test(frame));
  const [root] = /[^( ]*(?=src\/context\/lost-effects\.)/.exec(frames[0] ?? "") ?? [];
  const isOurs = (frame: string) =>
    frame.includes("/node_modules/") || (root !== undefined && frame.includes(`${root}src/`));
  const found = root === undefined ? frames.at(-1) : frames.find((frame) => !isOurs(frame));
  return found ?? frames.at(-1) ?? "unknown";
}
