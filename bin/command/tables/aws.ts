import { settingFlags } from "../settings";
import { type CommandTable, type Flags, JSON_FLAG } from "../table";

/** The commands that reach a deployment. */

const ACCOUNT = {
  profile: { type: "string", value: "<name>", about: "of the AWS configuration files" },
  region: { type: "string", value: "<name>", about: "such as eu-central-1" },
} as const satisfies Flags;

export const STACK = {
  "stack-name": {
    type: "string",
    value: "<name>",
    otherwise: "by the name in package.json",
    about: "of the stack",
  },
  ...ACCOUNT,
} as const satisfies Flags;

export const YES = {
  type: "boolean",
  about: "does it without asking; needed where there is no terminal",
} as const;

export const CREDENTIALS = `Region and credentials are those of the AWS SDK: variables, profiles, SSO, roles.
lambda-rooms.json may hold stackName, region and profile.`;

export const DEPLOY = {
  name: "deploy",
  example: "server.js",
  about:
    "Deploys a Socket.IO server file. Needs aws-cdk, aws-cdk-lib and constructs beside lambda-rooms, and no CDK project.",
  arguments: [
    {
      name: "file",
      isOptional: true,
      about: "the application: a Socket.IO server's file (entry of lambda-rooms.json)",
    },
  ],
  flags: {
    "dry-run": {
      type: "boolean",
      about:
        "makes the stack's template, runs all checks, says what would be created, what it costs and which permissions it takes; deploys nothing, and needs no account",
    },
    ...STACK,
    bootstrap: {
      type: "boolean",
      about: "prepares the account and Region for the CDK, where that has not been done",
    },
    json: JSON_FLAG,
  },
  groups: [{ heading: "Settings, also in lambda-rooms.json", flags: settingFlags() }],
  notes: CREDENTIALS,
} as const satisfies CommandTable;

export const DESTROY = {
  name: "destroy",
  about:
    "Deletes a deployment: closes every connection, and deletes the functions and, unless it is retained, the table. Says first which data goes, and asks.",
  flags: { ...STACK, yes: YES, json: JSON_FLAG },
  notes: CREDENTIALS,
} as const satisfies CommandTable;

export const LOGS = {
  name: "logs",
  doing: "read logs",
  about: "Shows what the functions of a deployment log, the oldest first.",
  flags: {
    follow: { type: "boolean", about: "goes on with what comes, until Ctrl-C" },
    since: {
      type: "string",
      value: "<time>",
      default: "10m",
      about: "from so long ago: 30s, 10m, 2h, 1d; or a date such as 2026-01-31T08:00:00Z",
    },
    filter: {
      type: "string",
      value: "<pattern>",
      about: `a filter pattern of CloudWatch Logs, such as '"joined"' or '{ $.message.room = "a" }'`,
    },
    level: {
      type: "string",
      value: "<level>",
      default: "INFO",
      choices: ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"],
      about: "that and what is more severe",
    },
    function: {
      type: "string",
      value: "<name>",
      multiple: true,
      about: "only that one, such as lane or connect; may be given again",
    },
    ...STACK,
    json: { type: "boolean", about: "prints each line as JSON, one document a line" },
  },
  notes: CREDENTIALS,
} as const satisfies CommandTable;

export const PUBLISH = {
  name: "publish",
  about:
    "Sends an event to the clients of a deployment, or of the local stack, and prints how many it reached. Without --room and --socket it goes to everyone in the namespace.",
  arguments: [
    { name: "event", about: "its name" },
    {
      name: "argument",
      isOptional: true,
      isRepeated: true,
      about: "JSON where it is some, else a text",
    },
  ],
  example: "--room lobby message hello",
  flags: {
    namespace: { type: "string", value: "<name>", default: "/", about: "the namespace" },
    room: {
      type: "string",
      value: "<room>",
      multiple: true,
      about: "a room; may be given again",
    },
    socket: {
      type: "string",
      value: "<id>",
      multiple: true,
      about: "the id of a socket; may be given again",
    },
    except: {
      type: "string",
      value: "<room>",
      multiple: true,
      about: "not to the sockets of that room; may be given again",
    },
    url: {
      type: "string",
      value: "<url>",
      about:
        "the stack's output PublishUrl, or what the local stack prints as Publish, in place of a stack",
    },
    ...STACK,
    json: JSON_FLAG,
  },
  notes: `${CREDENTIALS}
The local stack prints credentials of its own, for AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
} as const satisfies CommandTable;

export const VERIFY = {
  name: "verify",
  script: "run verify:aws",
  example: "https://d111111abcdef8.cloudfront.net",
  about:
    "Asks AWS whether all is as expected. With a URL or --stack-name, it looks at that deployment and changes nothing. Without, it deploys a stack of its own with an application of its own, runs every probe, and deletes the stack.",
  arguments: [
    {
      name: "url",
      isOptional: true,
      about: "of a deployment: its Site or its Endpoint",
    },
  ],
  flags: {
    "stack-name": { type: "string", value: "<name>", about: "of a deployment" },
    ...ACCOUNT,
    "dry-run": {
      type: "boolean",
      about: "prints the plan and what would be deployed; changes nothing",
    },
    only: { type: "string", value: "<list>", about: "numbers of probes, such as 3,5" },
    long: {
      type: "boolean",
      about: "also the probes that take longer (2: idle connections, 14 minutes)",
    },
    keep: { type: "boolean", about: "does not delete the stack" },
    local: { type: "boolean", about: "against the local stack, without AWS" },
    quick: { type: "boolean", about: "fewer clients and frames" },
    report: {
      type: "string",
      value: "<file>",
      default: "verify-report.json",
      completes: "file",
      about: "where the report of the probes goes",
    },
    json: { type: "boolean", about: "of a deployment: prints one JSON document on stdout" },
  },
} as const satisfies CommandTable;
