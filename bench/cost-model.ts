import {
  APPLICATION_STACK,
  ASSUMED,
  gigabytes,
  HOURS,
  type Item,
  item,
  MILLION,
  millions,
  PRICES,
  SECONDS,
  STACK,
  tiered,
} from "./cost-figures";

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
  /** Of an application with one lane and a memory; absent where each connection has a lane. */
  readonly application?: {
    /** Bytes that an event changes of what is kept. */
    readonly changedBytes: number;
    /** Hours of the month in which fast timers keep the lane awake. @default 0 */
    readonly fastHours?: number;
  };
}

/** The costs of Lambda Rooms, by service. */
export function costOf(load: Load): Item[] {
  const { connections, messagesPerSecond, roomSize } = load;
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
  const { reads, writes } = unitsOf(load, { sent, connects, membersUnits });
  const allReads = reads + heartbeats * ASSUMED.heartbeatReads;
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
      (allReads * PRICES.readUnits + writes * PRICES.writeUnits) / MILLION,
      `${millions(allReads)} M read units, ${millions(writes)} M write units`,
    ),
    messagesOfQueues((sent + connects * 3 + pings) * 3),
    pollsOfQueues(load),
    ...fastTimers(load),
    ...watching({ ...{ frames, invocations, connects, connections }, ...stackOf(load) }),
    item(
      "data out",
      ((delivered * load.messageBytes) / 2 ** 30) * PRICES.gigabyteOut,
      `${gigabytes(delivered * load.messageBytes)} GB`,
    ),
  ];
}

interface Units {
  readonly reads: number;
  readonly writes: number;
}

/** Of messages and of connections that come, join a room and go, as docs/performance.md lists them. */
function unitsOf(
  { recovers, application }: Load,
  { sent, connects, membersUnits }: { sent: number; connects: number; membersUnits: number },
): Units {
  if (!application) {
    const writes = sent * (recovers ? 2 : 0) + connects * (recovers ? 11 : 9);
    return { reads: sent * (1 + membersUnits) + connects * 3, writes };
  }
  // A commit of 1 KB a unit, and each entry once more every so many commits. The lane knows the members itself.
  const commit = Math.ceil(application.changedBytes / 1024) * (1 + 1 / ASSUMED.tidyAfter);
  const kept = sent * (recovers ? 2 : 0) + connects * (recovers ? 18 : 16);
  return { reads: sent + connects * 5, writes: sent * commit + kept };
}

/** Each slice of the lane is a message, an invocation, a read and a commit. */
function fastTimers({ application }: Load): Item[] {
  const { fastHours = 0, changedBytes = 0 } = application ?? {};
  if (fastHours === 0) return [];
  const slices = fastHours * 3600 * ASSUMED.slicesPerSecond;
  const units = Math.ceil(changedBytes / 1024) * (1 + 1 / ASSUMED.tidyAfter);
  const usd =
    (slices * (3 * PRICES.fifoRequests + PRICES.lambdaRequests)) / MILLION +
    (slices * (PRICES.readUnits + units * PRICES.writeUnits)) / MILLION +
    ((slices * ASSUMED.sliceMs) / 1000) * ASSUMED.memoryGb * PRICES.lambdaGbSecond;
  return [item("fast timers", usd, `${millions(slices)} M slices of the lane, in ${fastHours} h`)];
}

function stackOf({ application }: Load): typeof STACK {
  return application ? APPLICATION_STACK : STACK;
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
function pollsOfQueues(load: Load): Item {
  const stack = stackOf(load);
  const each = (SECONDS / ASSUMED.pollSeconds) * ASSUMED.pollers;
  const fifo = stack.fifoSources * each;
  const others = stack.queueSources * each;
  return item(
    "SQS empty polls",
    (fifo * PRICES.fifoRequests + others * PRICES.queueRequests) / MILLION,
    `${stack.fifoSources + stack.queueSources} event sources, ${millions(fifo + others)} M requests`,
  );
}

/** CloudWatch: logs, the functions' metrics, alarms. */
function watching(counts: {
  readonly frames: number;
  readonly invocations: number;
  readonly connects: number;
  readonly connections: number;
  readonly alarmMetrics: number;
}): Item[] {
  const { access, metrics: metricsLine, socket } = ASSUMED.logLine;
  const accessBytes = counts.frames * access;
  // A container writes its metrics once a second at most; here each invocation is taken to have one of its own.
  const functionBytes = counts.invocations * metricsLine + counts.connects * 2 * socket;
  const metrics = counts.connections === 0 ? ASSUMED.idleMetrics : ASSUMED.metrics;
  const logs = ((accessBytes + functionBytes) / 2 ** 30) * PRICES.logGigabyte;
  const { alarmMetrics } = counts;
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
