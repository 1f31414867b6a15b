import { settingFlags } from "../settings";
import { type CommandTable, JSON_FLAG } from "../table";

/** The commands that need no account of AWS. */

const ENTRY = {
  name: "file",
  about: "the application: a Socket.IO server's file (entry of lambda-rooms.json)",
  isOptional: true,
} as const;

const ORDERING = {
  type: "string",
  value: "<mode>",
  otherwise: "auto",
  choices: ["auto", "connection", "application", "none"],
} as const;

const SITE = {
  type: "string",
  value: "<which>",
  otherwise: "auto",
  choices: ["auto", "true", "false"],
  about: "auto: one host for pages, routes and /socket.io/ where the application answers HTTP",
} as const;

/** `npm start` and `lambda-rooms dev`. */
export const DEV = {
  name: "dev",
  doing: "start",
  script: "start",
  example: "server.js",
  about: "Runs a Socket.IO server file on this machine, as it will run on AWS.",
  arguments: [ENTRY],
  flags: {
    app: { type: "string", value: "<file>", about: "the same file", completes: "file" },
    port: {
      type: "string",
      value: "<number>",
      otherwise: "3000, or the next free",
      about: "of the endpoint and the page; the publish URL has the next one, HTTP the one after",
      number: { whole: true, least: 0, most: 65_535 },
    },
    reset: {
      type: "boolean",
      about:
        "begin anew at each change: clients connect again, and what the application keeps is forgotten",
    },
    inspect: {
      type: "string",
      value: "[=port]",
      otherwise: "9229, or the next free",
      about: "a debugger attaches to the application, by its own files",
    },
    host: {
      type: "string",
      value: "<address>",
      otherwise: "none: this machine",
      about:
        "a further address to listen on, 0.0.0.0 for all, where any client of the network connects",
    },
    site: SITE,
    ordering: {
      ...ORDERING,
      about:
        "auto: by what the source keeps in memory; connection: frames in order, through the lane; application: all in one lane, kept in memory; none: straight to the function",
    },
    "fast-timers": {
      type: "boolean",
      about: "with one lane: timers below a second fire in time",
    },
    containers: {
      type: "string",
      value: "<how>",
      choices: ["warm", "fresh"],
      otherwise: "warm where memory is kept, else fresh",
      about:
        "warm: kept for the next events, as on AWS; fresh: another one each time, which shows what a container would lose",
    },
    concurrency: {
      type: "string",
      value: "<n>",
      default: "1000",
      number: { whole: true, least: 1 },
      about:
        "executions of Lambda functions that the account allows at a time; new accounts have 10",
    },
  },
  groups: [
    {
      heading: "Settings of the deployment, also in lambda-rooms.json",
      flags: settingFlags(["ordering", "site", "fastTimers", "budget", "budgetEmails"]),
    },
  ],
} as const satisfies CommandTable;

export const CHECK = {
  name: "check",
  script: "run check",
  example: "server.js",
  about:
    "Reads the source of an application, runs nothing, and names what would not last, is open, or is refused. Ends with 1 if there is something to mend.",
  arguments: [ENTRY],
  flags: {
    ordering: { ...ORDERING, about: "as it is to be deployed" },
    json: JSON_FLAG,
  },
} as const satisfies CommandTable;

export const BUILD = {
  name: "build",
  script: "run build",
  example: "server.js",
  about: "Bundles the functions of an application and lists their sizes.",
  arguments: [ENTRY],
  flags: {
    output: {
      type: "string",
      value: "<folder>",
      default: "build/functions",
      completes: "folder",
      about: "where the bundles go, one folder for each function",
    },
    json: JSON_FLAG,
  },
} as const satisfies CommandTable;

export const INIT = {
  name: "init",
  about: `Prepares the project in the working directory: finds its Socket.IO server, and adds scripts to package.json, lambda-rooms.json and lines of .gitignore. Says what it will do, and asks first. What is there stays as it is.`,
  arguments: [{ ...ENTRY, about: "the server's file, where it is not to be searched" }],
  example: "server.js",
  flags: {
    yes: { type: "boolean", about: "does it without asking; needed where there is no terminal" },
    json: JSON_FLAG,
  },
} as const satisfies CommandTable;

export const EXPLAIN = {
  name: "explain",
  script: "run explain",
  example: `--claims '{"rooms":{"a":["join"]}}' join a`,
  about:
    "Says whether a token allows something in managed rooms, and by which of its claims. Ends with 1 if not.",
  arguments: [
    { name: "verb", about: "join, leave, send, send:<event> or members" },
    { name: "room", about: "the room", isOptional: true },
  ],
  flags: {
    claims: { type: "string", value: "<json>", about: "the claims of a token" },
    grants: {
      type: "string",
      value: "<json>",
      about: "what the application grants every client, if anything",
    },
    json: JSON_FLAG,
  },
} as const satisfies CommandTable;

const amount = (value: string, about: string, without: string) =>
  ({ type: "string", value, about, default: without, number: { least: 0 } }) as const;

export const COST = {
  name: "cost",
  doing: "estimate",
  script: "run cost",
  about: "Estimates what a month costs, in us-east-1, without free tiers.",
  flags: {
    connections: amount(
      "<number>",
      "connections at a time, on average; 0 shows what a stack without users costs",
      "1000",
    ),
    messages: {
      type: "string",
      value: "<number>",
      otherwise: "1",
      number: { least: 0 },
      about: "messages that clients send, a second",
    },
    "room-size": amount("<number>", "members of the room that a message goes to", "100"),
    bytes: amount("<number>", "of a message", "200"),
    ordering: {
      type: "string",
      value: "<ordering>",
      default: "connection",
      choices: ["connection", "application"],
      about: "application is one lane and a memory",
    },
    "changed-bytes": amount("<number>", "what a message changes of that memory, deflated", "1000"),
    "fast-hours": amount(
      "<number>",
      "hours of the month in which fast timers keep that lane awake",
      "0",
    ),
    recovery: { type: "boolean", about: "with connection state recovery" },
    hostile: { type: "boolean", about: "what one hostile client costs in an hour instead" },
    json: JSON_FLAG,
  },
} as const satisfies CommandTable;

export const COMPLETION = {
  name: "completion",
  doing: "print a completion",
  about: "Prints a script by which a shell completes commands, options and their values.",
  arguments: [{ name: "shell", about: "bash, zsh or fish", choices: ["bash", "zsh", "fish"] }],
  example: "bash",
  flags: {},
  notes: `  bash   source <(npx lambda-rooms completion bash)          in ~/.bashrc
  zsh    source <(npx lambda-rooms completion zsh)           in ~/.zshrc, after compinit
  fish   npx lambda-rooms completion fish > ~/.config/fish/completions/lambda-rooms.fish`,
} as const satisfies CommandTable;
