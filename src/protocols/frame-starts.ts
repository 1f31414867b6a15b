import { DECLARATIONS } from "./declarations";
import type { Declaration } from "./protocol";

/**
 * How the frames of acks start, as the protocols declare it. The mapping template and the way without lanes
 * choose the lane by it.
 */

type Starts = Pick<Declaration, "ackStarts" | "sharedStarts">;

/** Acks that are one frame: they travel on the ack lane alone. */
export function ackStarts(declarations: readonly Starts[] = DECLARATIONS): string[] {
  return [...new Set(declarations.flatMap((protocol) => protocol.ackStarts))];
}

/** Frames that travel on both lanes, each of which knows from what came before which ones are its own. */
export function sharedStarts(declarations: readonly Starts[] = DECLARATIONS): string[] {
  return [...new Set(declarations.flatMap((protocol) => protocol.sharedStarts))];
}

/** Frames that only answer a ping. */
export function pongs(declarations: readonly Declaration[] = DECLARATIONS): string[] {
  return [...new Set(declarations.flatMap(({ pong }) => pong ?? []))];
}

export function isAck(frame: string, declarations?: readonly Starts[]): boolean {
  return startsWith(frame, ackStarts(declarations));
}

export function isShared(frame: string, declarations?: readonly Starts[]): boolean {
  return startsWith(frame, sharedStarts(declarations));
}

export function startsWith(frame: string, starts: readonly string[]): boolean {
  return starts.some((start) => frame.startsWith(start));
}
