import { logError } from "../log";
import { count } from "../metrics";
import { isSampled, PONG_WEIGHT } from "../pongs";
import type { ConnectionId } from "../ports";
import { DECLARATIONS } from "../protocols/declarations";
import { isAck, pongs } from "../protocols/frame-starts";
import type { Declaration } from "../protocols/protocol";
import { isKept } from "./dead-letters";
import type { LaneEvent } from "./events";
import { handleHeldUp } from "./held-up";
import {
  type IsolationPorts,
  type Plan,
  planBatch,
  runNoted,
  tryOneByOne,
} from "./poison-isolation";
import { type LaneItem, type LaneOf, type LaneRecord, readLanes } from "./read-lanes";
import type { Message } from "./retries";
import { Settlement, type SettlementPorts } from "./settlement";

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
export interface QueuePorts extends IsolationPorts, SettlementPorts {}

/** Kept of the invocation's time to write down what has to outlast it. */
const RESERVE_MS = 5000;
/**
 * API Gateway waits 29 s for a function, its cold start included; then it sends the client an error frame, on which a
 * stock client reconnects.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
const LONGEST_FRAME_MS = 27_000;
/** So often a message that cannot be read is tried, over a quarter of an hour. */
const UNREAD_RECEIVES = 12;

/**
 * Runs a batch: each connection's events in their order, the connections side by side. A connection waits for none
 * of the others: what it has handled leaves the queue when it has ended (`Settlement`). What failed is named
 * together with what follows it on the same connection, so that the lane keeps its order.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 *
 * @param queue what a batch that fails needs; without it SQS alone decides what becomes of its messages
 * @param laneOf to which lane an event belongs. @default - each connection has one
 */
export async function handleBatch(
  consumer: Consumer,
  records: readonly LaneRecord[],
  deadline: number,
  queue?: QueuePorts,
  laneOf?: LaneOf,
): Promise<BatchResponse> {
  const { lanes, unread } = readLanes(records, laneOf);
  const settlement = new Settlement(queue, [...unread, ...[...lanes.values()].flat()]);
  const { run, isIsolated, giveBack } = queue ? await planBatch(queue, lanes) : planAll(lanes);
  await settlement.giveBack(giveBack);
  for (const message of unread)
    settlement.end([message], (await isDeadLetter(message, queue)) ? 1 : 0);
  const until = deadline - RESERVE_MS;
  const handleAll = (items: readonly LaneItem[]) => handleLane(consumer, items, until);
  const isOneForAll = queue !== undefined && laneOf !== undefined;
  const handle = isOneForAll
    ? (items: readonly LaneItem[]) => handleHeldUp(items, handleAll, queue.deadLetter)
    : handleAll;
  const runs = run.map(async (lane) => {
    if (!queue) settlement.end(lane.items, await handle(lane.items));
    else {
      const runLane = isIsolated ? tryOneByOne : runNoted;
      settlement.end(lane.items, await runLane(queue, lane, handle, until));
    }
  });
  await Promise.all(runs);
  await settlement.close();
  return {
    batchItemFailures: settlement.failed.map(({ messageId: itemIdentifier }) => ({
      itemIdentifier,
    })),
  };
}

function planAll(lanes: ReadonlyMap<string, readonly LaneItem[]>): Plan {
  const run = [...lanes].map(([name, items]) => ({ name, items, quarantined: new Set<string>() }));
  return { run, isIsolated: false, giveBack: [] };
}

function handleLane(
  consumer: Consumer,
  items: readonly LaneItem[],
  until: number,
): Promise<number> {
  const events = items.map(({ event }) => event);
  const [{ connectionId }] = events as [LaneEvent];
  return handleSafely(consumer, connectionId, events, until);
}

/**
 * What no function understands comes again, since newer functions may: those that a deployment is about to bring. Then
 * it goes to the dead letters, or its lane would stand still for as long as SQS tries.
 *
 * @returns whether it is a dead letter; else it has to come again
 */
async function isDeadLetter(message: Message, queue: QueuePorts | undefined): Promise<boolean> {
  const isOver = message.receives >= UNREAD_RECEIVES && message.groupId !== undefined;
  return queue !== undefined && isOver && isKept(message, queue.deadLetter);
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
  protocols: readonly Declaration[] = DECLARATIONS,
): Promise<{ statusCode: 200 }> {
  const { connectionId, requestId, requestTimeEpoch: at } = requestContext;
  const text = Buffer.from(body, "utf8").toString("base64");
  const isPong = pongs(protocols).includes(body);
  const isCounted = isPong && isSampled(requestId);
  // On a lane, the event source's filter drops it.
  if (isPong && !isCounted) return { statusCode: 200 };
  // With attachments it is an ordinary frame: without lanes it waits for no handler.
  const type = isAck(body, protocols) ? "ack" : "frame";
  const weight = isCounted ? { weight: PONG_WEIGHT } : {};
  const frame = { type, connectionId, requestId, at, body: text, ...weight } as const;
  const until = Math.min(deadline, Date.now() + LONGEST_FRAME_MS) - RESERVE_MS;
  await handleSafely(consumer, connectionId, [frame], until);
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
