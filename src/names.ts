/**
 * Names on which the template (`lib/`) and the functions (`lambdas/`, `src/`) must agree.
 * This file imports nothing, so that constructs can read it without pulling runtime code into synth.
 */

/**
 * How often a message of a lane is received before it is a dead letter. A throttled Lambda refuses a batch, which
 * comes back when its visibility timeout is over and has been received once more: six minutes each time by
 * default, so this spans twenty hours. SQS allows 1,000; but then messages would reach the queue's four days first,
 * and be deleted without a trace.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const MAX_RECEIVES = 200;

/** The same for slices of large broadcasts: at half an hour each time, they are too old afterwards. */
export const MAX_SLICE_RECEIVES = 12;

/** The functions of every stack. */
export const standingFunctions = [
  "connect",
  "disconnect",
  "lane",
  "heartbeat",
  "publish",
  "fanout",
] as const;

/** The functions that only some applications need. */
export const optionalFunctions = ["application", "http"] as const;

/** All functions; each has its entry point in `lambdas/{name}.ts`. */
export const functionNames = [
  // One by one: a bundler keeps a spread, even where nothing uses it.
  "connect",
  "disconnect",
  "lane",
  "application",
  "heartbeat",
  "publish",
  "fanout",
  "http",
] as const satisfies readonly FunctionName[];

export type StandingFunction = (typeof standingFunctions)[number];
export type OptionalFunction = (typeof optionalFunctions)[number];

/** The name of one function. */
export type FunctionName = StandingFunction | OptionalFunction;

/** The folder of Socket.IO's client scripts beside the function that answers HTTP requests. */
export const CLIENT_FILES = "client-dist";

/**
 * The one message group of `ordering: "application"`: SQS gives its messages to one invocation at a time, which is what
 * a process of Node promises its handlers.
 */
export const APPLICATION_GROUP = "application";

/** What the bundler writes beside a function that runs the application, and by which the two find each other. */
export const Application = {
  /** The manifest: a script that loads the application. */
  manifest: "load.cjs",
  /** The folder below which the application's own files are said to be. */
  files: "app",
  /** The symbol (`Symbol.for`) of what the function hands to the application. */
  hosted: "lambda-rooms.hosted",
  /** The symbol of what keeps the application's memory, if the function keeps one. */
  memory: "lambda-rooms.memory",
  /** The module that compiled files ask for it. */
  memoryModule: "lambda-rooms:memory",
} as const;

/** Headers by which the site (CloudFront) tells the functions behind it of a client. */
export const SiteHeader = {
  /** The secret by which they know that a request came through the site; the others count only with it. */
  secret: "x-lambda-rooms-origin",
  /** The client's network address. */
  address: "x-lambda-rooms-address",
  /** The path for which the client asked, where the site has rewritten it. */
  path: "x-lambda-rooms-path",
  /** The host for which the client asked; `Host` is the function's own. */
  host: "x-forwarded-host",
} as const;
