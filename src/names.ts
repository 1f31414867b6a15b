/**
 * Names on which the template (`lib/`) and the functions (`lambdas/`, `src/`) must agree.
 * This file imports nothing, so that constructs can read it without pulling runtime code into synth.
 */

/** Attribute names of the table. One letter each: DynamoDB bills and pages by bytes, names included. */
export const Keys = {
  /** Partition key. */
  partition: "p",
  /** Sort key. */
  sort: "s",
  /** Time to live, epoch seconds. */
  expiry: "e",
} as const;

/**
 * How often a message of a lane is received before it is a dead letter. A throttled Lambda refuses a batch, which
 * comes back when its visibility timeout is over and has been received once more: six minutes each time by
 * default, so this spans twenty hours. SQS allows 1,000; but then messages would reach the queue's four days first,
 * and be deleted without a trace.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const MAX_RECEIVES = 200;

/** The same for parts of large broadcasts: at half an hour each time, they are too old afterwards. */
export const MAX_PART_RECEIVES = 12;

/** Environment variables of the functions. */
export const Env = {
  /** Name of the DynamoDB table. */
  table: "TABLE_NAME",
  /** URL of the lane queue (SQS FIFO). */
  lane: "LANE_URL",
  /** URL of the dead letters of the lane (SQS FIFO). */
  deadLetters: "DEAD_LETTERS_URL",
  /** URL of the queue of delays (SQS standard). */
  delays: "DELAYS_URL",
  /** URL of the queue of parts of large broadcasts (SQS FIFO). */
  fanOut: "FAN_OUT_URL",
  /** From about how many members on a broadcast is sent by several invocations. */
  fanOutThreshold: "FAN_OUT_THRESHOLD",
  /** `https://{api}.execute-api.{region}.amazonaws.com/{stage}`, without a trailing slash. */
  management: "MANAGEMENT_ENDPOINT",
  /** Most posts a second of one function instance. */
  maxPostsPerSecond: "MAX_POSTS_PER_SECOND",
  /** JSON of a `Partial<RoomLimits>`. */
  limits: "ROOMS_LIMITS",
  /** JSON of a `Partial<ConnectionLimits>`. */
  connectionLimits: "CONNECTION_LIMITS",
  /** US dollars that the clients of one address may cost in an hour; absent for any number. */
  spendingPerAddress: "SPENDING_PER_ADDRESS",
  /** Header of a proxy that holds a client's address, in lower case; absent for none. */
  addressHeader: "ADDRESS_HEADER",
  /** From which level on the functions write log lines of their own; absent for `INFO`. */
  logLevel: "ROOMS_LOG_LEVEL",
  /** Under which name metrics are written; absent for none. */
  metrics: "METRICS_NAME",
  /** Web origins whose pages may connect, separated by spaces; absent for all. */
  origins: "ALLOWED_ORIGINS",
  /** WebSocket subprotocols that are accepted, separated by spaces; absent for all. */
  subprotocols: "SUBPROTOCOLS",
} as const;
