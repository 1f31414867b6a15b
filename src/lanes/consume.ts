import { logError } from "../log";
import { count } from "../metrics";
import type { ConnectionId } from "../ports";
import type { LaneEvent } from "./events";
import { type LaneItem, type LaneRecord, readLanes } from "./read-lanes";
import { Settlement, type SettlementPorts } from "./settlement";
import { TRIAL_RECEIVES, type TrialPorts, tryOneByOne } from "./trial";

/** What runs a connection's events: see `Host.handle`. */
export interface Consumer {
  handle(
    connectionId: ConnectionId,
    events: readonly LaneEvent[],
    deadline: number,
  ): Promise<number>;
}

export interface BatchResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

/** What a batch needs of its queue and of the table. */
export interface QueuePorts extends TrialPorts, SettlementPorts {}

/** Kept of the invocation's time to write down what has to outlast it. */
const RESERVE_MS = 5000;

/**
 * Runs a batch: each connection's events in their order, the connections side by side. A connection waits for none
 * of the others: what it has handled leaves the queue when it has ended (`Settlement`). What failed is named
 * together with what follows it on the same connection, so that the lane keeps its order.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 *
 * @param queue what a batch that fails needs; without it SQS alone decides what becomes of its messages
 */
export async function handleBatch(
  consumer: Consumer,
  records: readonly LaneRecord[],
  deadline: number,
  queue?: QueuePorts,
): Promise<BatchResponse> {
  const { lanes, unread } = readLanes(records);
  const until = deadline - RESERVE_MS;
  const isTrial = [...lanes.values()].flat().some(isSuspicious);
  const settlement = new Settlement(queue, lanes.size);
  settlement.fail(unread);
  if (queue && isTrial)
    settlement.fail(await tryOneByOne(queue, lanes, createHandleOne(consumer), until));
  else await runSideBySide(consumer, lanes, until, settlement);
  await settlement.close();
  return {
    batchItemFailures: settlement.failed.map(({ messageId: itemIdentifier }) => ({
      itemIdentifier,
    })),
  };
}

/** Messages of a standard queue have no group that a dead letter could be brought back to. */
function isSuspicious({ receives, groupId }: LaneItem): boolean {
  return receives >= TRIAL_RECEIVES && groupId !== undefined;
}

function createHandleOne(consumer: Consumer) {
  return async ({ event }: LaneItem, until: number) =>
    (await handleSafely(consumer, event.connectionId, [event], until)) > 0;
}

async function runSideBySide(
  consumer: Consumer,
  lanes: ReadonlyMap<string, readonly LaneItem[]>,
  until: number,
  settlement: Settlement,
): Promise<void> {
  const runs = [...lanes.values()].map(async (items) => {
    const events = items.map(({ event }) => event);
    const [{ connectionId }] = events as [LaneEvent];
    settlement.end(items, await handleSafely(consumer, connectionId, events, until));
  });
  await Promise.all(runs);
}

/** The fields of API Gateway's MESSAGE event that are read here. */
export interface MessageEvent {
  readonly body?: string | undefined;
  readonly requestContext: {
    readonly connectionId: string;
    readonly requestId: string;
    readonly requestTimeEpoch: number;
  };
}

/**
 * Runs one frame that API Gateway brought without a lane. It never fails: API Gateway would answer
 * an exception with a JSON frame, which makes a stock client drop its connection.
 */
export async function handleFrame(
  consumer: Consumer,
  { body = "", requestContext }: MessageEvent,
  deadline: number,
): Promise<{ statusCode: 200 }> {
  const { connectionId, requestId, requestTimeEpoch: at } = requestContext;
  const text = Buffer.from(body, "utf8").toString("base64");
  // A pong; on a lane, the event source's filter drops it.
  if (body === "3") return { statusCode: 200 };
  const type = /^(43|\{"action":"ack")/.test(body) ? "ack" : "frame";
  const frame = { type, connectionId, requestId, at, body: text } as const;
  await handleSafely(consumer, connectionId, [frame], deadline - RESERVE_MS);
  return { statusCode: 200 };
}

async function handleSafely(
  consumer: Consumer,
  connectionId: ConnectionId,
  events: readonly LaneEvent[],
  until: number,
): Promise<number> {
  try {
    return await consumer.handle(connectionId, events, until);
  } catch (error) {
    count("Failures");
    logError("Cannot handle events of a connection", error, { connectionId });
    return 0;
  }
}
