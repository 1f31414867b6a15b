/** One command of `lambda-rooms`. */
export interface Command {
  /** Its file in a clone; the npm package has it under the command's name. */
  readonly file: string;
  readonly summary: string;
}

/** What `lambda-rooms` can do, in the order of its help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  dev: { file: "bin/start.ts", summary: "runs a server file on this machine, as on AWS" },
  check: { file: "bin/check.ts", summary: "names what would not last, is open, or cannot run" },
  build: { file: "bin/build.ts", summary: "bundles the functions and lists their sizes" },
  explain: {
    file: "bin/explain.ts",
    summary: "says what a token allows in managed rooms, and why",
  },
  inspect: { file: "bin/stored/inspect.ts", summary: "lists what an application keeps" },
  reset: { file: "bin/stored/reset.ts", summary: "lets an application begin anew" },
  console: {
    file: "bin/console.ts",
    summary: "opens a page that shows a deployment and steers it",
  },
  redrive: { file: "bin/redrive.ts", summary: "moves dead letters back to their queues" },
  cost: { file: "bench/cost.ts", summary: "estimates what a month costs" },
};
