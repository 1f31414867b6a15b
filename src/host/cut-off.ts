import { logWarning } from "../log";
import { count } from "../metrics";
import type { ConnectionLimits } from "../settings/connection-limits";
import { disconnectClient } from "../socketio/client";
import { refuseState } from "../socketio/state-size";
import type { HostedConnection } from "./hosted-connection";

/** Why a client is cut off. */
interface Offence {
  readonly code: "too_fast" | "too_large" | "state_too_large";
  /** For the log. */
  readonly what: string;
  /** What was expected, for a client whose protocol can tell. */
  readonly message: string;
}

/**
 * Ends a connection as `socket.disconnect(true)` would: a stock client that is told so does not come back by
 * itself.
 */
export function cutOff(live: HostedConnection, { code, what, message }: Offence): void {
  const { client, record, handler } = live;
  count("ClientsCutOff");
  logWarning(`A client was cut off: ${what}`, { connectionId: record.id });
  handler.explain?.({ code, message: `${message}; the connection is closed` });
  disconnectClient(client);
}

/** Ends the connection of a client whose event has caused too much, if it has not ended meanwhile. */
export function cutOffExcess(live: HostedConnection): void {
  const { excess } = live.sender;
  if (excess === undefined || live.connection.readyState !== "open") return;
  cutOff(live, tooMuch(excess));
}

/** Counts a frame of a client. @returns why it has to be cut off, if it has */
export function countFrame(
  live: HostedConnection,
  frame: { readonly at: number; readonly bytes: number; readonly weight?: number | undefined },
): Offence | undefined {
  const { limiter, sender } = live;
  sender.noteFrame(frame.weight);
  const isPong = frame.weight !== undefined;
  const isAdmitted = isPong
    ? limiter.tryTakePong(frame.at)
    : limiter.tryTake(frame.at, frame.bytes);
  if (!isAdmitted) {
    sender.noteFlood();
    return tooFast(live);
  }
  return sender.excess === undefined ? undefined : tooMuch(sender.excess);
}

function tooMuch(message: string): Offence {
  return { code: "too_fast", what: "it causes too much", message };
}

function tooFast({ limits: { framesPerSecond, bytesPerSecond } }: HostedConnection): Offence {
  const most = `at most ${framesPerSecond} frames and ${bytesPerSecond} bytes a second`;
  const message = `Expected ${most}, got more`;
  return { code: "too_fast", what: "it sends too fast", message };
}

/** Ends a connection whose state cannot be saved: each later event would find what an earlier one has changed. */
export function cutOffUnsaved(live: HostedConnection): boolean {
  if (live.connection.readyState === "closed") return false;
  const message = refuseState(live.client, live.limits, live.memory?.read());
  if (message === undefined) return false;
  endUnsaved(live, message);
  return true;
}

export function endUnsaved(live: HostedConnection, message: string): void {
  const what = `its sockets' state cannot be saved. ${message}`;
  cutOff(live, { code: "state_too_large", what, message });
}

/** Ends a connection whose client begins a packet with attachments and does not end it. */
export function cutOffPending(live: HostedConnection): void {
  const { connection, handler, limits } = live;
  const message = refusePending(handler.pending ?? [], limits);
  if (message === undefined || connection.readyState === "closed") return;
  const what = `it does not end a packet. ${message}`;
  cutOff(live, { code: "too_large", what, message });
}

/** Why no more frames of an unfinished packet are kept. */
export function refusePending(
  frames: readonly string[],
  { pendingFrames, pendingBytes }: Pick<ConnectionLimits, "pendingFrames" | "pendingBytes">,
): string | undefined {
  if (frames.length > pendingFrames) {
    return `Expected at most ${pendingFrames} frames for a packet with attachments, got one more`;
  }
  const bytes = frames.reduce((sum, frame) => sum + Buffer.byteLength(frame), 0);
  if (bytes <= pendingBytes) return undefined;
  return `Expected at most ${pendingBytes} bytes for a packet with attachments, got ${bytes}`;
}
