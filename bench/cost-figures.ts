import { METRICS } from "../src/metric-names";

/** Published prices (us-east-1, without free tiers), and what is assumed beside them. */

export interface Item {
  readonly what: string;
  readonly usd: number;
  /** What was counted. */
  readonly how: string;
}

export const HOURS = 730;
export const MILLION = 1e6;
export const SECONDS = HOURS * 3600;

/** US dollars; `docs/performance.md` names the sources. */
export const PRICES = {
  gatewayMessages: [1.0, 0.8] as const,
  connectionMinutes: 0.25,
  lambdaGbSecond: 0.0000133334,
  lambdaRequests: 0.2,
  readUnits: 0.125,
  writeUnits: 0.625,
  fifoRequests: 0.5,
  queueRequests: 0.4,
  gigabyteOut: 0.09,
  logGigabyte: 0.5,
  metric: 0.3,
  /** Each metric that an alarm watches, a month. */
  alarmMetric: 0.1,
};

/** What the stack holds; test/costs/month.test.ts compares it with the template. */
export const STACK = {
  /** Metrics that the alarms watch: CloudWatch bills an alarm with metric math for each of its metrics. */
  alarmMetrics: 12,
  /** Event sources of FIFO queues, and of standard ones. */
  fifoSources: 2,
  queueSources: 1,
};

/** The same with a lane for the application besides. */
export const APPLICATION_STACK: typeof STACK = {
  ...STACK,
  alarmMetrics: 16,
  fifoSources: 3,
};

/** What is not known before it is tried on AWS, and how long CPU work takes on a vCPU there. */
export const ASSUMED = {
  /** Of the lane function, all in, besides its posts: reads, replay, the application. */
  eventMs: 12,
  /** Wall time that one post adds to an invocation: the latency of the API, over as many connections as pay. */
  postMs: 0.15,
  /** Events that come together in a batch. */
  eventsPerBatch: 1,
  memoryGb: 1.769,
  /** Of an application with one lane: after so many commits each entry that has changed is written. */
  tidyAfter: 32,
  /** With fast timers the lane runs for slices of 100 ms, each of which a message begins. */
  slicesPerSecond: 8,
  sliceMs: 110,
  heartbeatMinutes: 8,
  /** Of the heartbeat function, and how many read units its queries take. */
  heartbeatMs: 200,
  heartbeatReads: 16,
  connectionHours: 1,
  /** An event source without messages: its pollers, each of which waits for so long. */
  pollers: 5,
  pollSeconds: 20,
  /** Lines of the access log, of metrics and of a socket that comes or goes, in bytes with CloudWatch's 26. */
  logLine: { access: 430, metrics: 650, socket: 300 },
  /** Metrics of the functions: the heartbeat writes two of them without any connection. */
  metrics: Object.keys(METRICS).length,
  idleMetrics: 2,
};

export const assumptions: readonly string[] = [
  `an event takes the lane function ${ASSUMED.eventMs} ms, each post adds ${ASSUMED.postMs} ms (untried on AWS)`,
  `${ASSUMED.eventsPerBatch} event a batch; functions with ${ASSUMED.memoryGb} GB on arm64`,
  `a connection lasts ${ASSUMED.connectionHours} h on average and joins one room`,
  `a ping and a pong each ${ASSUMED.heartbeatMinutes} minutes`,
  `an event source without messages has ${ASSUMED.pollers} pollers, each of which waits ${ASSUMED.pollSeconds} s`,
  "no free tiers, no acks awaited by the server, default log level",
  "left out: queries of CloudWatch Logs Insights ($0.005 a GB searched), storage of logs, X-Ray",
];

export function item(what: string, usd: number, how: string): Item {
  return { what, usd, how };
}

export function tiered(messages: number): number {
  const [first, above] = PRICES.gatewayMessages;
  const limit = 1e9;
  const cheap = Math.max(0, messages - limit);
  return ((messages - cheap) * first + cheap * above) / MILLION;
}

export function gigabytes(bytes: number): string {
  return (bytes / 2 ** 30).toLocaleString("en", { maximumFractionDigits: 1 });
}

export function millions(count: number): string {
  return (count / MILLION).toLocaleString("en", { maximumFractionDigits: 1 });
}
