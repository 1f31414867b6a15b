/**
 * How the frames of acks start: the one place that knows. The mapping template and the way without lanes choose
 * the lane by it.
 */

/** Acks that are one frame: they travel on the ack lane alone. */
export const ACK_STARTS = ["43", '{"action":"ack"'] as const;

/**
 * Events and acks with attachments, and attachments, which do not say whose they are. They travel on both
 * lanes, each of which knows from what came before which ones are its own.
 * https://socket.io/docs/v4/socket-io-protocol/#packet-encoding
 */
export const SHARED_STARTS = ["45", "46", "b"] as const;

export function isAck(frame: string): boolean {
  return ACK_STARTS.some((start) => frame.startsWith(start));
}

export function isShared(frame: string): boolean {
  return SHARED_STARTS.some((start) => frame.startsWith(start));
}
