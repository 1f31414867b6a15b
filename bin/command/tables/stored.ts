import { type CommandTable, type Flags, JSON_FLAG } from "../table";
import { CREDENTIALS, STACK, YES } from "./aws";

/** The commands about what a deployment keeps: memory of an application, dead letters. */

const TABLE = {
  table: {
    type: "string",
    value: "<name>",
    about: "the stack's output Table; the local stack prints the local one",
  },
  ...STACK,
  endpoint: {
    type: "string",
    value: "<url>",
    about: "of a DynamoDB elsewhere: the local stack prints that of this machine",
  },
} as const satisfies Flags;

export const INSPECT = {
  name: "inspect",
  script: "run inspect",
  about: `Shows what an application with ordering "application" keeps between its invocations, by what it is and how large.`,
  arguments: [{ name: "text", about: "only what has it in its name", isOptional: true }],
  flags: {
    values: {
      type: "boolean",
      about: "the stored texts, too: they may hold what clients have sent",
    },
    all: { type: "boolean", about: "each of them; without it the 20 largest of each kind" },
    ...TABLE,
    json: JSON_FLAG,
  },
  notes: CREDENTIALS,
} as const satisfies CommandTable;

export const RESET = {
  name: "reset",
  script: "run reset",
  about: `Lets an application with ordering "application" begin anew: its variables, listeners and timers are forgotten, and its clients are disconnected; stock clients connect again by themselves.`,
  flags: {
    url: {
      type: "string",
      value: "<url>",
      about: "of the WebSocket API's stage: the stack's output Endpoint",
    },
    ...TABLE,
    yes: YES,
    json: JSON_FLAG,
  },
  notes: CREDENTIALS,
} as const satisfies CommandTable;

export const REDRIVE = {
  name: "redrive",
  script: "run redrive",
  about:
    "Moves dead letters back to their queues, once what made them fail is mended. What belongs to a connection that has ended does nothing.",
  arguments: [
    {
      name: "ARN",
      isOptional: true,
      isRepeated: true,
      about:
        "of a queue of dead letters: the stack's output DeadLetters; without one, those of the stack",
    },
  ],
  example: "arn:aws:sqs:eu-central-1:123456789012:dead-letters.fifo",
  flags: {
    rate: {
      type: "string",
      value: "<n>",
      number: { whole: true, least: 1, most: 500 },
      about: "messages a second, 500 at most",
    },
    ...STACK,
    json: JSON_FLAG,
  },
  notes: CREDENTIALS,
} as const satisfies CommandTable;

export const CONSOLE = {
  name: "console",
  doing: "open the console",
  script: "run console",
  about:
    "Opens a page on this machine that shows a deployment and acts on it: rooms, sockets, lanes, errors, charts. It uses your own AWS credentials; nothing becomes public. Each look reads the table, at most every 10 seconds while the page is open.",
  flags: {
    ...STACK,
    events: { type: "boolean", about: "follow the functions' logs as live events" },
    rooms: {
      type: "string",
      value: "<path>",
      about: "the construct's path, where it is not <stack>/Rooms",
    },
    port: {
      type: "string",
      value: "<number>",
      number: { whole: true, least: 0, most: 65_535 },
      default: "4300",
      about: "of the page",
    },
    table: { type: "string", value: "<name>", about: "in place of the stack's output Table" },
    "publish-url": {
      type: "string",
      value: "<url>",
      about: "where to publish, without which the console only looks",
    },
    "dead-letters": { type: "string", value: "<ARNs>", about: "queues of dead letters" },
    endpoint: { type: "string", value: "<url>", about: "of a DynamoDB elsewhere" },
  },
  notes: `${CREDENTIALS}
Untried on AWS.`,
} as const satisfies CommandTable;
