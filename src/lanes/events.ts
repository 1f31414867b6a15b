import type { ConnectionId, GoneMember, PendingLeave, RoomMove, SocketId } from "../ports";

/** Why a connection's life ends. */
export type CloseCause =
  /** API Gateway reported it: `$disconnect`, with the WebSocket's close code. */
  | { readonly type: "disconnected"; readonly code: number; readonly reason: string }
  /** A post was answered 410; where the membership was found, if it was one. */
  | { readonly type: "gone"; readonly member?: GoneMember }
  /** The heartbeat found it older than any connection can be, or in no namespace for too long. */
  | { readonly type: "swept" }
  /** Its client has come back over another connection. */
  | { readonly type: "replaced" };

/** An HTTP request for the server of an application with one lane; its answer goes by the table. */
export interface RequestEvent {
  readonly type: "request";
  /** Its own id: it has no connection. */
  readonly connectionId: string;
  /** Until when its function waits for the answer, epoch milliseconds. */
  readonly until: number;
  /** See `functions/http/packing.ts`, in base64. @default - in the table */
  readonly body?: string;
}

export interface FrameEvent {
  /** `ack` travels on a lane of its own, past the handler that may be waiting for it. */
  readonly type: "frame" | "ack";
  readonly connectionId: ConnectionId;
  /** API Gateway's id of the request that brought the frame. */
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The frame's text as base64 of UTF-8: SQS refuses characters that a frame may hold. */
  readonly body: string;
  /** It travels on the ack lane too: see `protocols/frame-starts.ts`. */
  readonly copied?: boolean;
  /** How many frames it stands for: see `pongs.ts`. */
  readonly weight?: number;
}

/**
 * What travels on a connection's lane, in order: open, frames, close. `open` and `close` are sent by
 * functions, `frame` by API Gateway through the mapping template of the message route.
 */
export type LaneEvent = {
  /** It was delivered before: what it asked for may have been done, wholly or in part. */
  readonly redelivered?: boolean;
  /** The message that brought it, the same each time; absent where none did. */
  readonly messageId?: string;
} & (
  | { readonly type: "open"; readonly connectionId: ConnectionId }
  | FrameEvent
  | RequestEvent
  /** Another invocation disconnects a socket: `socket.disconnect(close)` on its own lane. */
  | {
      readonly type: "disconnect";
      readonly connectionId: ConnectionId;
      readonly namespace: string;
      readonly socketId: SocketId;
      readonly close: boolean;
    }
  /** Another process has put a socket into rooms, or out of them; for the one that holds every socket. */
  | ({
      readonly type: "moved";
      readonly connectionId: ConnectionId;
      readonly namespace: string;
      readonly socketId: SocketId;
    } & RoomMove)
  /** A timer of the application is due then, epoch milliseconds; first on the queue of delays. */
  | { readonly type: "wake"; readonly connectionId: ConnectionId; readonly at: number }
  /** A user may have left a room; on the queue of delays. */
  | ({ readonly type: "absence"; readonly connectionId: ConnectionId } & PendingLeave)
  | { readonly type: "close"; readonly connectionId: ConnectionId; readonly cause: CloseCause }
);

const EVENT_TYPES: Record<LaneEvent["type"], true> = {
  open: true,
  frame: true,
  ack: true,
  disconnect: true,
  absence: true,
  moved: true,
  wake: true,
  request: true,
  close: true,
};

/** Reads the body of a lane message. Only our own template and functions write them. */
export function parseLaneEvent(body: string): LaneEvent {
  const event = parse(body);
  if (!event?.type || !(event.type in EVENT_TYPES) || typeof event.connectionId !== "string") {
    throw new TypeError(
      // Not the body, nor what JSON.parse says of it: it may hold what a user said.
      `Cannot read lane event: expected one of ${Object.keys(EVENT_TYPES).join(", ")} with a connectionId, got type ${String(event?.type).slice(0, 40)} in ${body.length} characters`,
    );
  }
  return event as LaneEvent;
}

function parse(body: string): Partial<LaneEvent> | null | undefined {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
