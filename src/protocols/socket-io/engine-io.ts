import { decodePacket } from "engine.io-parser";
import { MAX_MESSAGE_BYTES } from "../../ports";

/** What a frame from a Socket.IO client means at the Engine.IO level. */
export type EngineInput =
  /** A Socket.IO packet, or an attachment of one. */
  | { readonly type: "message"; readonly data: string | Buffer | undefined }
  /** Heartbeat answers, close and upgrade packets: the reference server ignores them over WebSocket. */
  | { readonly type: "ignored" }
  /** The reference server drops the connection with this reason. */
  | { readonly type: "violation"; readonly reason: "transport error" | "parse error" };

/**
 * Reads one text frame as an Engine.IO 4 packet.
 * https://github.com/socketio/socket.io/blob/main/docs/engine.io-protocol/v4-current.md
 */
export function decodeEngineFrame(frame: string): EngineInput {
  const packet = decodePacket(frame);
  switch (packet.type) {
    case "message":
      // An empty message packet (`4`) has no `data`, which Socket.IO's decoder refuses as it should.
      return { type: "message", data: packet.data };
    case "ping":
      // In Engine.IO 4 only the server pings.
      return { type: "violation", reason: "transport error" };
    case "error":
      return { type: "violation", reason: "parse error" };
    default:
      return { type: "ignored" };
  }
}

/** Frames for what Socket.IO's encoder made of one packet: its text, then its attachments. */
export function encodeEngineFrames(encoded: readonly (string | Buffer)[]): string[] {
  // API Gateway sends text only; a client decodes `b…` as the binary message it stands for.
  return encoded.map((part) =>
    typeof part === "string" ? `4${part}` : `b${part.toString("base64")}`,
  );
}

/**
 * How often the schedule pings (8 minutes), with room to spare: the client drops the connection
 * `interval + timeout` after the last ping, API Gateway 10 minutes after the last frame.
 */
export const HEARTBEAT = { intervalMs: 540_000, timeoutMs: 240_000 } as const;

/** The first frame of a connection; a client sends nothing before it. All five fields are required. */
export function openFrame(sid: string): string {
  return `0${JSON.stringify({
    sid,
    upgrades: [],
    pingInterval: HEARTBEAT.intervalMs,
    pingTimeout: HEARTBEAT.timeoutMs,
    maxPayload: MAX_MESSAGE_BYTES,
  })}`;
}
