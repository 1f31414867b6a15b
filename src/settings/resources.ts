/** Variables that name the resources of a deployment to its functions. */
export const Resource = {
  /** Name of the DynamoDB table. */
  table: "TABLE_NAME",
  /** URL of the lane queue (SQS FIFO). */
  lane: "LANE_URL",
  /** URL of the queue of the whole application (SQS FIFO); absent where each connection has a lane. */
  application: "APPLICATION_URL",
  /** URL of the dead letters of the queue that the function consumes (SQS FIFO). */
  deadLetters: "DEAD_LETTERS_URL",
  /** URL of the queue of delays (SQS standard). */
  delays: "DELAYS_URL",
  /** URL of the queue of slices of large broadcasts (SQS FIFO). */
  fanOut: "FAN_OUT_URL",
  /** `https://{api}.execute-api.{region}.amazonaws.com/{stage}`, without a trailing slash. */
  management: "MANAGEMENT_ENDPOINT",
  /** Under which name metrics are written; absent for none. */
  metrics: "METRICS_NAME",
} as const;

export type ResourceVariable = (typeof Resource)[keyof typeof Resource];
