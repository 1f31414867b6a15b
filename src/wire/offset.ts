import { randomInt } from "node:crypto";

/**
 * The offset of a packet: a string that Socket.IO sends as an event's last argument and a client
 * brings back when it reconnects, to say what it has received last. Ours says when a broadcast began:
 * its time, the process that made it and a counter, so that offsets sort as text.
 * https://socket.io/docs/v4/connection-state-recovery
 */
export interface Offset {
  readonly text: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

const RADIX = 36;
const TIME_LENGTH = 9;
const PROCESS_LENGTH = 5;
const COUNT_LENGTH = 3;
const MAX_COUNT = RADIX ** COUNT_LENGTH;
const FORMAT = /^0[0-9a-z]{16}$/;

const process = toText(randomInt(RADIX ** PROCESS_LENGTH), PROCESS_LENGTH);
let last = 0;
let count = 0;

/** A new offset, greater than any that this process has made. */
export function createOffset(now = Date.now()): string {
  count = now > last ? 0 : count + 1;
  last = Math.max(now, last);
  if (count === MAX_COUNT) {
    count = 0;
    last++;
  }
  return toText(last, TIME_LENGTH) + process + toText(count, COUNT_LENGTH);
}

/** `undefined` for a string that is not an offset: a client takes any last argument for one. */
export function parseOffset(text: string): Offset | undefined {
  if (!FORMAT.test(text)) return undefined;
  return { text, time: Number.parseInt(text.slice(0, TIME_LENGTH), RADIX) };
}

/** The offset below every one of a time. */
export function offsetAt(time: number): string {
  return toText(Math.max(0, time), TIME_LENGTH);
}

/** The last of some offsets; `""`, which is before all, for none. */
export function latestOffset(...offsets: readonly string[]): string {
  return [...offsets].sort().at(-1) ?? "";
}

/** Stands for the offset in a packet that is encoded before its broadcast begins. */
export const OFFSET_PLACEHOLDER = `offset-${process}${toText(randomInt(RADIX ** PROCESS_LENGTH), PROCESS_LENGTH)}`;

function toText(value: number, length: number): string {
  return value.toString(RADIX).padStart(length, "0");
}
