import { logError } from "../log";
import { count, measure } from "../metrics";
import type { ConnectionId } from "../ports";
import { type LaneEvent, parseLaneEvent } from "./events";

/** What runs a connection's events: see `Host.handle`. */
export interface Consumer {
  handle(
    connectionId: ConnectionId,
    events: readonly LaneEvent[],
    deadline: number,
  ): Promise<number>;
}

/** The fields of an SQS record that are read here. */
export interface LaneRecord {
  readonly messageId: string;
  readonly body: string;
  readonly attributes?: { readonly ApproximateReceiveCount?: string };
}

export interface BatchResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

/** Kept of the invocation's time to write down what has to outlast it. */
const RESERVE_MS = 5000;

interface LaneItem {
  readonly messageId: string;
  readonly event: LaneEvent;
}

/**
 * Runs a batch: each connection's events in their order, the connections side by side. What failed
 * is named together with what follows it on the same connection, so that the lane keeps its order.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export async function handleBatch(
  consumer: Consumer,
  records: readonly LaneRecord[],
  deadline: number,
): Promise<BatchResponse> {
  const failures: string[] = [];
  const lanes = new Map<string, LaneItem[]>();
  for (const { messageId, body, attributes } of records) {
    const isRepeated = Number(attributes?.ApproximateReceiveCount ?? 1) > 1;
    const event = readEvent(body, isRepeated);
    if (!event) {
      failures.push(messageId);
      continue;
    }
    const lane = laneOf(event);
    const items = lanes.get(lane) ?? [];
    items.push({ messageId, event });
    if (isRepeated) count("EventsRepeated");
    if (event.type === "frame") measure("LaneAge", Math.max(0, Date.now() - event.at));
    lanes.set(lane, items);
  }
  const runs = [...lanes.values()].map(async (items) => {
    const events = items.map(({ event }) => event);
    const [{ connectionId }] = events as [LaneEvent];
    const handled = await handleSafely(consumer, connectionId, events, deadline);
    failures.push(...items.slice(handled).map(({ messageId }) => messageId));
  });
  await Promise.all(runs);
  return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) };
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
  await handleSafely(consumer, connectionId, [frame], deadline);
  return { statusCode: 200 };
}

/** Acks must not wait for the handlers that wait for them; an absence outlives its connection. */
function laneOf({ type, connectionId }: LaneEvent): string {
  return type === "ack" || type === "absence" ? `${connectionId}.${type}` : connectionId;
}

async function handleSafely(
  consumer: Consumer,
  connectionId: ConnectionId,
  events: readonly LaneEvent[],
  deadline: number,
): Promise<number> {
  try {
    const handled = await consumer.handle(connectionId, events, deadline - RESERVE_MS);
    count("Events", events.slice(0, handled).filter(({ type }) => type === "frame").length);
    return handled;
  } catch (error) {
    count("Failures");
    logError("Cannot handle events of a connection", error, { connectionId });
    return 0;
  }
}

function readEvent(body: string, redelivered: boolean): LaneEvent | undefined {
  try {
    const event = parseLaneEvent(body);
    return redelivered ? { ...event, redelivered } : event;
  } catch (error) {
    logError("Cannot read a lane event", error);
    return undefined;
  }
}
