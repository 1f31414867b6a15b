import type { CommandTable } from "./command/table";
import * as aws from "./command/tables/aws";
import * as local from "./command/tables/local";
import * as stored from "./command/tables/stored";

/** One command of `lambda-rooms`. */
export interface Command {
  readonly summary: string;
  readonly table: CommandTable;
}

/** What `lambda-rooms` can do, in the order of its help. */
export const COMMANDS = {
  init: {
    summary: "prepares a project that is there",
    table: local.INIT,
  },
  dev: {
    summary: "runs a server file on this machine, as on AWS",
    table: local.DEV,
  },
  check: {
    summary: "names what would not last, is open, or cannot run",
    table: local.CHECK,
  },
  build: {
    summary: "bundles the functions and lists their sizes",
    table: local.BUILD,
  },
  deploy: {
    summary: "deploys a server file; --dry-run says what that would do",
    table: aws.DEPLOY,
  },
  destroy: { summary: "deletes a deployment", table: aws.DESTROY },
  verify: {
    summary: "asks AWS whether all is as expected",
    table: aws.VERIFY,
  },
  logs: { summary: "shows what the functions log", table: aws.LOGS },
  publish: {
    summary: "sends an event to rooms, sockets or everyone",
    table: aws.PUBLISH,
  },
  explain: {
    summary: "says what a token allows in managed rooms, and why",
    table: local.EXPLAIN,
  },
  inspect: {
    summary: "lists what an application keeps",
    table: stored.INSPECT,
  },
  reset: {
    summary: "lets an application begin anew",
    table: stored.RESET,
  },
  console: {
    summary: "opens a page that shows a deployment and steers it",
    table: stored.CONSOLE,
  },
  redrive: {
    summary: "moves dead letters back to their queues",
    table: stored.REDRIVE,
  },
  cost: { summary: "estimates what a month costs", table: local.COST },
  completion: {
    summary: "prints a script by which a shell completes all of this",
    table: local.COMPLETION,
  },
} as const satisfies Readonly<Record<string, Command>>;
