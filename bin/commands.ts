import type { CommandTable } from "./command/table";
import * as aws from "./command/tables/aws";
import * as local from "./command/tables/local";
import * as stored from "./command/tables/stored";

/** One command of `lambda-rooms`. */
export interface Command {
  /** Its file in a clone; the npm package has it under the command's name. */
  readonly file: string;
  readonly summary: string;
  readonly table: CommandTable;
}

/** What `lambda-rooms` can do, in the order of its help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  init: {
    file: "bin/init/main.ts",
    summary: "prepares a project that is there",
    table: local.INIT,
  },
  dev: {
    ...{ file: "bin/start.ts", table: local.DEV },
    summary: "runs a server file on this machine, as on AWS",
  },
  check: {
    ...{ file: "bin/check.ts", table: local.CHECK },
    summary: "names what would not last, is open, or cannot run",
  },
  build: {
    ...{ file: "bin/build.ts", table: local.BUILD },
    summary: "bundles the functions and lists their sizes",
  },
  deploy: {
    ...{ file: "bin/deploy/main.ts", table: aws.DEPLOY },
    summary: "deploys a server file; --dry-run says what that would do",
  },
  destroy: { file: "bin/deploy/destroy.ts", summary: "deletes a deployment", table: aws.DESTROY },
  verify: {
    ...{ file: "verify/run.ts", table: aws.VERIFY },
    summary: "asks AWS whether all is as expected",
  },
  logs: { file: "bin/logs/main.ts", summary: "shows what the functions log", table: aws.LOGS },
  publish: {
    ...{ file: "bin/publish.ts", table: aws.PUBLISH },
    summary: "sends an event to rooms, sockets or everyone",
  },
  explain: {
    ...{ file: "bin/explain.ts", table: local.EXPLAIN },
    summary: "says what a token allows in managed rooms, and why",
  },
  inspect: {
    ...{ file: "bin/stored/inspect.ts", table: stored.INSPECT },
    summary: "lists what an application keeps",
  },
  reset: {
    ...{ file: "bin/stored/reset.ts", table: stored.RESET },
    summary: "lets an application begin anew",
  },
  redrive: {
    ...{ file: "bin/redrive.ts", table: stored.REDRIVE },
    summary: "moves dead letters back to their queues",
  },
  cost: { file: "bench/cost.ts", summary: "estimates what a month costs", table: local.COST },
  completion: {
    ...{ file: "bin/completion.ts", table: local.COMPLETION },
    summary: "prints a script by which a shell completes all of this",
  },
};
