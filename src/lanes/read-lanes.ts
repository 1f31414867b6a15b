import { logError } from "../log";
import { count, measure } from "../metrics";
import { APPLICATION_GROUP } from "../names";
import { type LaneEvent, parseLaneEvent } from "./events";
import type { Message } from "./retries";

/** The fields of an SQS record that are read here. */
export interface LaneRecord {
  readonly messageId: string;
  readonly receiptHandle?: string;
  readonly body: string;
  readonly attributes?: {
    readonly ApproximateReceiveCount?: string;
    /** Absent on a standard queue. */
    readonly MessageGroupId?: string | undefined;
  };
}

/** A message that could be read. */
export interface LaneItem extends Message {
  readonly event: LaneEvent;
}

/** The name of an event's lane. */
export type LaneOf = (event: LaneEvent) => string;

/** A batch by lane, each in order; and the records that are nothing that a lane can hold. */
export interface LaneBatch {
  readonly lanes: ReadonlyMap<string, readonly LaneItem[]>;
  readonly unread: readonly Message[];
}

/** @param laneOf to which lane an event belongs. @default - each connection has one, and one for its acks */
export function readLanes(
  records: readonly LaneRecord[],
  laneOf: LaneOf = laneOfConnection,
): LaneBatch {
  const lanes = new Map<string, LaneItem[]>();
  const unread: Message[] = [];
  for (const message of records.map(toMessage)) {
    const event = readEvent(message);
    if (!event) {
      unread.push(message);
      continue;
    }
    const lane = laneOf(event);
    const items = lanes.get(lane) ?? [];
    items.push({ ...message, event });
    lanes.set(lane, items);
  }
  for (const [lane, items] of lanes) lanes.set(lane, inOrderOfRequests(items));
  return { lanes, unread };
}

/**
 * AWS does not say that API Gateway hands a connection's frames to SQS in their order; the time of each request is
 * its own. Frames change places with frames of their connection only: what opens or ends it stays where it is.
 */
function inOrderOfRequests(items: readonly LaneItem[]): LaneItem[] {
  const byConnection = new Map<string, LaneItem[]>();
  for (const item of items) {
    const { connectionId } = item.event;
    const sorted = byConnection.get(connectionId) ?? [];
    let place = sorted.length;
    while (place > 0 && isLater(sorted[place - 1], item)) place--;
    if (place < sorted.length) count("FramesOutOfOrder");
    sorted.splice(place, 0, item);
    byConnection.set(connectionId, sorted);
  }
  // Each connection keeps its places among the others.
  return items.map(({ event }) => byConnection.get(event.connectionId)?.shift() as LaneItem);
}

function isLater(one: LaneItem | undefined, { event }: LaneItem): boolean {
  return one?.event.type === "frame" && event.type === "frame" && one.event.at > event.at;
}

/** Acks must not wait for the handlers that wait for them; a pending leave outlives its connection. */
const laneOfConnection: LaneOf = ({ type, connectionId }) =>
  type === "ack" || type === "absence" ? `${connectionId}.${type}` : connectionId;

/** All events share a lane but acks. */
export const laneOfApplication: LaneOf = (event) =>
  event.type === "ack" ? laneOfConnection(event) : APPLICATION_GROUP;

function toMessage({ messageId, receiptHandle, body, attributes = {} }: LaneRecord): Message {
  const { ApproximateReceiveCount: receives = "1", MessageGroupId: groupId } = attributes;
  return { messageId, receiptHandle, body, groupId, receives: Number(receives) };
}

function readEvent({ messageId, body, receives }: Message): LaneEvent | undefined {
  try {
    const event = { ...parseLaneEvent(body), messageId };
    const redelivered = receives > 1;
    if (redelivered) count("EventsRepeated");
    if (event.type === "frame") measure("LaneAge", Math.max(0, Date.now() - event.at));
    return redelivered ? { ...event, redelivered } : event;
  } catch (error) {
    logError("Cannot read a lane event", error);
    return undefined;
  }
}
