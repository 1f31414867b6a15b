import { METRICS } from "../src/metric-names";

/** What a month costs, from published prices (us-east-1, without free tiers) and stated assumptions. */

export interface Load {
  /** Connections at a time, on average over the month; 0 for a stack without users. */
  readonly connections: number;
  /** Messages that clients send to rooms, a second, on average over the month. */
  readonly messagesPerSecond: number;
  /** Members of the room that a message goes to. */
  readonly roomSize: number;
  /** Of a message as it is delivered. */
  readonly messageBytes: number;
  /** Whether connection state recovery is on. */
  readonly recovers: boolean;
}

export interface Item {
  readonly what: string;
  readonly usd: number;
  /** What was counted. */
  readonly how: string;
}

const HOURS = 730;
const MILLION = 1e6;
const SECONDS = HOURS * 3600;

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

/** What is not known before it is tried on AWS, and how long CPU work takes on a vCPU there. */
export const ASSUMED = {
  /** Of the lane function, all in, besides its posts: reads, replay, the application. */
  eventMs: 12,
  /** Wall time that one post adds to an invocation: the latency of the API, over as many connections as pay. */
  postMs: 0.15,
  /** Events that come together in a batch. */
  eventsPerBatch: 1,
  memoryGb: 1.769,
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

/** The costs of Lambda Rooms, by service. */
export function costOf(load: Load): Item[] {
  const { connections, messagesPerSecond, roomSize, recovers } = load;
  const sent = messagesPerSecond * SECONDS;
  const delivered = sent * roomSize;
  const heartbeats = SECONDS / (ASSUMED.heartbeatMinutes * 60);
  const pings = connections * heartbeats;
  const connects = (connections * HOURS) / ASSUMED.connectionHours;
  // Billed by 32 KB; a ping is answered by a pong.
  const parts = Math.ceil(load.messageBytes / 32_768);
  const gateway = sent * parts + delivered * parts + pings * 2 + connects * 3;
  const batches = sent / ASSUMED.eventsPerBatch + connects * 3;
  const invocations = batches + connects * 2 + heartbeats;
  const busyMs =
    batches * ASSUMED.eventMs + delivered * ASSUMED.postMs + heartbeats * ASSUMED.heartbeatMs;
  // As docs/performance.md lists them; 60 bytes a member, 4 KB a unit.
  const membersUnits = Math.max(1, Math.ceil((roomSize * 60) / 4096));
  const reads = sent * (1 + membersUnits) + connects * 3 + heartbeats * ASSUMED.heartbeatReads;
  const writes = sent * (recovers ? 2 : 0) + connects * (recovers ? 11 : 9);
  const frames = sent + pings + connects * 2;
  return [
    item("API Gateway messages", tiered(gateway), `${millions(gateway)} M, in and out, with pings`),
    item(
      "API Gateway connections",
      (connections * HOURS * 60 * PRICES.connectionMinutes) / MILLION,
      `${millions(connections * HOURS * 60)} M minutes`,
    ),
    item(
      "Lambda",
      (busyMs / 1000) * ASSUMED.memoryGb * PRICES.lambdaGbSecond +
        (invocations * PRICES.lambdaRequests) / MILLION,
      `${Math.round(busyMs / 1000).toLocaleString("en")} s, ${millions(invocations)} M invocations`,
    ),
    item(
      "DynamoDB",
      (reads * PRICES.readUnits + writes * PRICES.writeUnits) / MILLION,
      `${millions(reads)} M read units, ${millions(writes)} M write units`,
    ),
    messagesOfQueues((sent + connects * 3 + pings) * 3),
    pollsOfQueues(),
    ...watching({ frames, invocations, connects, connections }),
    item(
      "data out",
      ((delivered * load.messageBytes) / 2 ** 30) * PRICES.gigabyteOut,
      `${gigabytes(delivered * load.messageBytes)} GB`,
    ),
  ];
}

/** Each message is sent, received and deleted. */
function messagesOfQueues(requests: number): Item {
  const usd = (requests * PRICES.fifoRequests) / MILLION;
  return item("SQS messages", usd, `${millions(requests)} M requests`);
}

/**
 * An event source asks its queue all the time, and SQS bills each answer, empty or not.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
function pollsOfQueues(): Item {
  const each = (SECONDS / ASSUMED.pollSeconds) * ASSUMED.pollers;
  const fifo = STACK.fifoSources * each;
  const others = STACK.queueSources * each;
  return item(
    "SQS empty polls",
    (fifo * PRICES.fifoRequests + others * PRICES.queueRequests) / MILLION,
    `${STACK.fifoSources + STACK.queueSources} event sources, ${millions(fifo + others)} M requests`,
  );
}

/** CloudWatch: logs, the functions' metrics, alarms. */
function watching(counts: {
  readonly frames: number;
  readonly invocations: number;
  readonly connects: number;
  readonly connections: number;
}): Item[] {
  const { access, metrics: metricsLine, socket } = ASSUMED.logLine;
  const accessBytes = counts.frames * access;
  // A container writes its metrics once a second at most; here each invocation is taken to have one of its own.
  const functionBytes = counts.invocations * metricsLine + counts.connects * 2 * socket;
  const metrics = counts.connections === 0 ? ASSUMED.idleMetrics : ASSUMED.metrics;
  const logs = ((accessBytes + functionBytes) / 2 ** 30) * PRICES.logGigabyte;
  const { alarmMetrics } = STACK;
  return [
    item(
      "CloudWatch logs",
      logs,
      `${gigabytes(accessBytes)} GB of the access log, ${gigabytes(functionBytes)} GB of functions`,
    ),
    item("CloudWatch metrics", metrics * PRICES.metric, `${metrics} of LambdaRooms`),
    item(
      "CloudWatch alarms",
      alarmMetrics * PRICES.alarmMetric,
      `${alarmMetrics} metrics that they watch`,
    ),
  ];
}

/** What others charge for the same, as far as their prices were found. */
export function othersOf(load: Load): Item[] {
  const sent = load.messagesPerSecond * SECONDS;
  const counted = sent * (1 + load.roomSize);
  const units = [1, 2, 5, 10, 20, 50, 100].find((size) => size * 1000 >= load.connections);
  const outbound = sent * load.roomSize * Math.ceil(load.messageBytes / 2048);
  const included = (units ?? 0) * MILLION * (HOURS / 24);
  return [
    item(
      "Ably, at least",
      29 + (counted * 2.5) / MILLION,
      "$29, and $2.50 a million messages; its minutes are left out",
    ),
    ...(units === undefined
      ? []
      : [
          item(
            "Azure Web PubSub",
            units * 1.61 * (HOURS / 24) + (Math.max(0, outbound - included) * 1.0) / MILLION,
            `${units} units at $1.61 a day, $1 a million messages beyond 1 M a day and unit`,
          ),
        ]),
    ...(load.connections <= 500 && counted <= MILLION * (HOURS / 24)
      ? [item("Pusher Startup", 49, "500 connections, 1 M messages a day")]
      : []),
  ];
}

export const assumptions: readonly string[] = [
  `an event takes the lane function ${ASSUMED.eventMs} ms, each post adds ${ASSUMED.postMs} ms (untried on AWS)`,
  `${ASSUMED.eventsPerBatch} event a batch; functions with ${ASSUMED.memoryGb} GB on arm64`,
  `a connection lasts ${ASSUMED.connectionHours} h on average and joins one room`,
  `a ping and a pong each ${ASSUMED.heartbeatMinutes} minutes`,
  `an event source without messages has ${ASSUMED.pollers} pollers, each of which waits ${ASSUMED.pollSeconds} s`,
  "no free tiers, no acks awaited by the server, default log level",
  "left out: queries of CloudWatch Logs Insights ($0.005 a GB searched), storage of logs, X-Ray",
];

function item(what: string, usd: number, how: string): Item {
  return { what, usd, how };
}

function tiered(messages: number): number {
  const [first, above] = PRICES.gatewayMessages;
  const limit = 1e9;
  const cheap = Math.max(0, messages - limit);
  return ((messages - cheap) * first + cheap * above) / MILLION;
}

function gigabytes(bytes: number): string {
  return (bytes / 2 ** 30).toLocaleString("en", { maximumFractionDigits: 1 });
}

function millions(count: number): string {
  return (count / MILLION).toLocaleString("en", { maximumFractionDigits: 1 });
}
