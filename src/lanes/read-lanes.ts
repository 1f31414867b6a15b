import { logError } from "../log";
import { count, measure } from "../metrics";
import { type LaneEvent, parseLaneEvent } from "./events";

/** The fields of an SQS record that are read here. */
export interface LaneRecord {
  readonly messageId: string;
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
  readonly unread: readonly LaneRecord[];
}

export function readLanes(records: readonly LaneRecord[]): LaneBatch {
  const lanes = new Map<string, LaneItem[]>();
  const unread: LaneRecord[] = [];
  for (const record of records) {
    const item = readItem(record);
    if (!item) {
      unread.push(record);
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

function readItem({ messageId, body, attributes }: LaneRecord): LaneItem | undefined {
  const receives = Number(attributes?.ApproximateReceiveCount ?? 1);
  try {
    const event = parseLaneEvent(body);
    const redelivered = receives > 1;
    if (redelivered) count("EventsRepeated");
    if (event.type === "frame") measure("LaneAge", Math.max(0, Date.now() - event.at));
    return {
      ...{ messageId, body, receives, groupId: attributes?.MessageGroupId },
      event: redelivered ? { ...event, redelivered } : event,
    };
  } catch (error) {
    logError("Cannot read a lane event", error);
    return undefined;
  }
}
