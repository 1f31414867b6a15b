import { logError } from "../log";
import { count, measure } from "../metrics";
import { type LaneEvent, parseLaneEvent } from "./events";
import type { FailedMessage } from "./retries";

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

/** A record that could be read. */
export interface LaneItem {
  readonly messageId: string;
  readonly receiptHandle: string | undefined;
  readonly body: string;
  /** Of the queue; absent on a standard one. */
  readonly groupId: string | undefined;
  /** How often it has been delivered, this time included. */
  readonly receives: number;
  readonly event: LaneEvent;
}

/** A batch by lane, each in order; and the records that are nothing that a lane can hold. */
export interface LaneBatch {
  readonly lanes: ReadonlyMap<string, readonly LaneItem[]>;
  readonly unread: readonly FailedMessage[];
}

export function readLanes(records: readonly LaneRecord[]): LaneBatch {
  const lanes = new Map<string, LaneItem[]>();
  const unread: FailedMessage[] = [];
  for (const record of records) {
    const item = readItem(record);
    if (!item) {
      const groupId = record.attributes?.MessageGroupId;
      unread.push({ ...record, groupId, receives: receivesOf(record) });
      continue;
    }
    const lane = laneOf(item.event);
    const items = lanes.get(lane) ?? [];
    items.push(item);
    lanes.set(lane, items);
  }
  return { lanes, unread };
}

/** Acks must not wait for the handlers that wait for them; an absence outlives its connection. */
function laneOf({ type, connectionId }: LaneEvent): string {
  return type === "ack" || type === "absence" ? `${connectionId}.${type}` : connectionId;
}

function receivesOf({ attributes }: LaneRecord): number {
  return Number(attributes?.ApproximateReceiveCount ?? 1);
}

function readItem(record: LaneRecord): LaneItem | undefined {
  const { messageId, receiptHandle, body, attributes } = record;
  const receives = receivesOf(record);
  try {
    const event = parseLaneEvent(body);
    const redelivered = receives > 1;
    if (redelivered) count("EventsRepeated");
    if (event.type === "frame") measure("LaneAge", Math.max(0, Date.now() - event.at));
    return {
      ...{ messageId, receiptHandle, body, receives, groupId: attributes?.MessageGroupId },
      event: redelivered ? { ...event, redelivered } : event,
    };
  } catch (error) {
    logError("Cannot read a lane event", error);
    return undefined;
  }
}
