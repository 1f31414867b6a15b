import { logError } from "../log";
import { count, measure } from "../metrics";
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

/** A batch by lane, each in order; and the records that are nothing that a lane can hold. */
export interface LaneBatch {
  readonly lanes: ReadonlyMap<string, readonly LaneItem[]>;
  readonly unread: readonly Message[];
}

export function readLanes(records: readonly LaneRecord[]): LaneBatch {
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
 * its own. Frames change places with frames only: what opens or ends a connection stays where it is.
 */
function inOrderOfRequests(items: readonly LaneItem[]): LaneItem[] {
  const sorted: LaneItem[] = [];
  for (const item of items) {
    let place = sorted.length;
    while (place > 0 && isLater(sorted[place - 1], item)) place--;
    if (place < sorted.length) count("FramesOutOfOrder");
    sorted.splice(place, 0, item);
  }
  return sorted;
}

function isLater(one: LaneItem | undefined, { event }: LaneItem): boolean {
  return one?.event.type === "frame" && event.type === "frame" && one.event.at > event.at;
}

/** Acks must not wait for the handlers that wait for them; a pending leave outlives its connection. */
function laneOf({ type, connectionId }: LaneEvent): string {
  return type === "ack" || type === "absence" ? `${connectionId}.${type}` : connectionId;
}

function toMessage({ messageId, receiptHandle, body, attributes = {} }: LaneRecord): Message {
  const { ApproximateReceiveCount: receives = "1", MessageGroupId: groupId } = attributes;
  return { messageId, receiptHandle, body, groupId, receives: Number(receives) };
}

function readEvent({ body, receives }: Message): LaneEvent | undefined {
  try {
    const event = parseLaneEvent(body);
    const redelivered = receives > 1;
    if (redelivered) count("EventsRepeated");
    if (event.type === "frame") measure("LaneAge", Math.max(0, Date.now() - event.at));
    return redelivered ? { ...event, redelivered } : event;
  } catch (error) {
    logError("Cannot read a lane event", error);
    return undefined;
  }
}
