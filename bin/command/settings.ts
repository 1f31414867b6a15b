import type { BudgetProps } from "../../lib/budget";
import { orderingChoices } from "../../lib/ordering";
import type { RoomsProps } from "../../lib/rooms-props";
import type { Flag } from "./table";

/**
 * The settings of a deployment: properties of `Rooms`, as a command line and `lambda-rooms.json` give them. `dev` takes
 * them as `deploy` does, so that an application runs here as it will run there.
 */
export interface SettingFlag extends Omit<Flag, "type" | "default"> {
  /** How the text of a command line is read, and what the file holds. */
  readonly kind: "text" | "number" | "switch" | "list" | "object";
}

/** Not properties: what the command makes of other files, or of several constructs. */
type Further = "envFile" | "budget" | "budgetEmails";
type Name = Exclude<keyof RoomsProps, "entry"> | Further;

const text = (value: string, about: string, more: Partial<SettingFlag> = {}): SettingFlag => ({
  ...{ kind: "text", value, about },
  ...more,
});
const number = (value: string, about: string, otherwise: string, least = 0): SettingFlag => ({
  ...{ kind: "number", value, about, otherwise, number: { least, whole: true } },
});
const toggle = (about: string, otherwise: string): SettingFlag => ({
  ...{ kind: "switch", value: "<true|false>", about, otherwise, choices: ["true", "false"] },
});
const object = (example: string, about: string): SettingFlag => ({
  ...{ kind: "object", value: "<json>", about: `${about}, such as ${example}` },
});

/** Of the source and of how it runs; help lists them first. */
const main = {
  ordering: text(
    "<mode>",
    "auto: by what the source keeps in memory; connection: frames in order, through the lane; application: all in one lane, kept in memory; none: straight to the function",
    { otherwise: "auto", choices: orderingChoices },
  ),
  site: text(
    "<which>",
    "auto: one host for pages, routes and /socket.io/ where the application answers HTTP; true; false",
    { otherwise: "auto", choices: ["auto", "true", "false"] },
  ),
  fastTimers: toggle("with one lane: timers below a second fire in time", "false"),
  http: toggle("whether a function answers HTTP requests", "by the source"),
  files: {
    ...{ kind: "list", value: "<path>", multiple: true, completes: "file" },
    about:
      "a file or folder that the application reads and its source does not name; may be given again",
  },
  environment: object('{"NAME":"value"}', "variables of the application"),
  envFile: text("<file>", "lines NAME=value for the application", { completes: "file" }),
  logLevel: text("<level>", "what the functions log: DEBUG, INFO, WARN, ERROR", {
    otherwise: "INFO",
    choices: ["DEBUG", "INFO", "WARN", "ERROR"],
  }),
} as const satisfies Partial<Record<Name, SettingFlag>>;

const limits = {
  allowedOrigins: {
    ...{ kind: "list", value: "<origin>", multiple: true },
    ...{ about: "a web origin whose pages may connect; may be given again", otherwise: "all" },
  },
  subprotocols: {
    ...{ kind: "list", value: "<name>", multiple: true },
    about: "an accepted WebSocket subprotocol; may be given again",
  },
  connectionLimits: object('{"framesPerSecond":10}', "what one connection may ask"),
  limits: object('{"roomsPerSocket":10}', "what one client may use of managed rooms"),
  spendingPerAddress: {
    ...{ kind: "number", value: "<dollars>", number: { least: 0, most: Number.POSITIVE_INFINITY } },
    ...{ about: "what the clients of one address may cost in an hour", otherwise: "0.4" },
  },
  throttle: object('{"rateLimit":2000,"burstLimit":1000}', "frames a second of all clients"),
  connectThrottle: object('{"rateLimit":100,"burstLimit":500}', "new connections a second"),
  maxPostsPerSecond: number("<n>", "posts a second of one function instance", "no limit", 1),
} as const satisfies Partial<Record<Name, SettingFlag>>;

const capacity = {
  memoryMb: number("<n>", "memory of the functions that post, in MB", "1769", 128),
  laneTimeout: number("<seconds>", "for one batch of a connection's events", "60", 1),
  laneConcurrency: number("<n>", "batches of events at a time", "500", 2),
  fanOutConcurrency: number("<n>", "slices of large broadcasts at a time", "4", 2),
  fanOutThreshold: number("<n>", "members from which a broadcast is cut", "20000", 1),
} as const satisfies Partial<Record<Name, SettingFlag>>;

const edge = {
  stageName: text("<name>", "of the stage, which clients give as path", { otherwise: "prod" }),
  domainName: text("<host>", "a host of your own for the site"),
  certificateArn: text("<arn>", "of its certificate in us-east-1"),
  webAclArn: text("<arn>", "of a web ACL for the site"),
  siteOnly: toggle("whether clients connect through the site alone", "false"),
  addressHeader: text("<header>", "in which a proxy in front passes on a client's address"),
  requireApiKey: toggle("for a proxy in front, which adds a key", "false"),
  originSecret: text("<text>", "that a proxy in front adds to HTTP requests"),
} as const satisfies Partial<Record<Name, SettingFlag>>;

const account = {
  removalPolicy: text("<policy>", "what becomes of the table when the stack goes", {
    ...{ otherwise: "destroy", choices: ["destroy", "retain"] },
  }),
  logRetention: number("<days>", "for which logs are kept", "30", 1),
  metrics: toggle("whether the functions write metrics", "true"),
  tracing: toggle("whether X-Ray traces the functions", "false"),
  accountLogRole: toggle("whether the stack sets the account's log role of API Gateway", "true"),
  budget: {
    ...{ kind: "number", value: "<dollars>", number: { least: 0 } },
    ...{ about: "of a month, of which AWS Budgets writes", otherwise: "none" },
  },
  budgetEmails: {
    ...{ kind: "list", value: "<address>", multiple: true },
    about: "to which it writes; may be given again",
  },
} as const satisfies Partial<Record<Name, SettingFlag>>;

export const SETTINGS: Readonly<Record<Name, SettingFlag>> = {
  ...{ ...main, ...limits, ...capacity, ...edge, ...account },
};

/** What a budget is made of. */
export type BudgetOptions = Pick<BudgetProps, "dollarsPerMonth" | "emails">;

/** `laneTimeout` is `--lane-timeout`. */
export function flagNameOf(setting: string): string {
  return setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The settings as flags of a command, but for those that it has itself. */
export function settingFlags(without: readonly string[] = []): Record<string, Flag> {
  return Object.fromEntries(
    Object.entries(SETTINGS)
      .filter(([name]) => !without.includes(name))
      .map(([name, { kind: _, ...flag }]) => [flagNameOf(name), { type: "string", ...flag }]),
  );
}
