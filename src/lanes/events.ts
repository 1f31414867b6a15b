import type { ConnectionId, GoneMember } from "../ports";

/** Why a connection's life ends. */
export type CloseCause =
  /** API Gateway told it: `$disconnect`, with the WebSocket's close code. */
  | { readonly type: "disconnected"; readonly code: number; readonly reason: string }
  /** A post was answered 410; where the membership was found. */
  | { readonly type: "gone"; readonly member: GoneMember }
  /** The sweep found it older than any connection can be, or the heartbeat found it gone. */
  | { readonly type: "swept" };

/**
 * What travels on a connection's lane, in order: open, frames, close. `open` and `close` are sent by
 * functions, `frame` by API Gateway through the mapping template of the message route.
 */
export type LaneEvent =
  | { readonly type: "open"; readonly connectionId: ConnectionId }
  | {
      readonly type: "frame";
      readonly connectionId: ConnectionId;
      /** API Gateway's id of the request that brought the frame. */
      readonly requestId: string;
      /** Epoch milliseconds. */
      readonly at: number;
      /** The frame's text as base64 of UTF-8: SQS refuses characters that a frame may hold. */
      readonly body: string;
    }
  | { readonly type: "close"; readonly connectionId: ConnectionId; readonly cause: CloseCause };

/** Reads the body of a lane message. Only our own template and functions write them. */
export function parseLaneEvent(body: string): LaneEvent {
  const event = JSON.parse(body) as Partial<LaneEvent> | null;
  const known = event?.type === "open" || event?.type === "frame" || event?.type === "close";
  if (!known || typeof event.connectionId !== "string") {
    throw new TypeError(
      `Cannot read lane event: expected type open, frame or close with a connectionId, got ${body.slice(0, 200)}`,
    );
  }
  return event as LaneEvent;
}
