/**
 * Names on which the functions, which count, and the dashboard must agree. This file imports nothing, so that
 * constructs can read it.
 */

/** CloudWatch's namespace of all metrics. */
export const METRIC_NAMESPACE = "LambdaRooms";
/** The one dimension: which `Rooms` construct. */
export const METRIC_DIMENSION = "Rooms";

/** What is counted, by name; the unit in CloudWatch's words. */
export const METRICS = {
  /** Connections that `$connect` admitted. */
  ConnectionsOpened: "Count",
  /** Those that it did not: another protocol, a foreign origin. */
  ConnectionsRefused: "Count",
  /** Connections whose life has ended. */
  ConnectionsEnded: "Count",
  /** Connections that the heartbeat reached: how many there are, each 8 minutes. */
  Connections: "Count",
  /** Connections that the heartbeat found gone: their `$disconnect` has not come. */
  ConnectionsLost: "Count",
  /** Clients that sent too fast. */
  ClientsCutOff: "Count",
  /** Broadcasts that were not sent, since their client had caused too much. */
  BroadcastsRefused: "Count",
  /** Frames that were handled. */
  Events: "Count",
  /** Events that were delivered before, to an invocation that failed. */
  EventsRepeated: "Count",
  /** Frames that came behind one that API Gateway had received later. */
  FramesOutOfOrder: "Count",
  /** How long a frame had waited when its handling began. */
  LaneAge: "Milliseconds",
  /** Exceptions and rejections of the application's listeners. */
  HandlerErrors: "Count",
  /** Effects that infrastructure refused; the event comes again. */
  Failures: "Count",
  /** Posts by outcome. */
  PostsDelivered: "Count",
  PostsGone: "Count",
  PostsThrottled: "Count",
  PostsFailed: "Count",
  /** How long a broadcast took, from its first read to its last post. */
  FanOutTime: "Milliseconds",
  /** Invocations that had to load the function first. */
  ColdStarts: "Count",
} as const;

export type MetricName = keyof typeof METRICS;
