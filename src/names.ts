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
 * How often a message is tried before it is a dead letter. What fails comes back after 1, 2, 4 … seconds, 300 at
 * most, so this spans a quarter of an hour; and of a batch, of ten at most, each event that ends its container takes
 * deliveries until it is found.
 */
export const MAX_RECEIVES = 12;

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
  /** Under which name metrics are written; absent for none. */
  metrics: "METRICS_NAME",
  /** Web origins whose pages may connect, separated by spaces; absent for all. */
  origins: "ALLOWED_ORIGINS",
  /** WebSocket subprotocols that are accepted, separated by spaces; absent for all. */
  subprotocols: "SUBPROTOCOLS",
} as const;
