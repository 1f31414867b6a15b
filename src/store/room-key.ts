import type { Room } from "../ports";

/**
 * A room's name in keys of the table, and which names fit. A partition key has 2,048 bytes at most, a sort key
 * 1,024. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
const MAX_SORT_KEY_BYTES = 1024;
const MAX_PARTITION_KEY_BYTES = 2048;
/** A lone surrogate: stored as UTF-8, all of them become the same character, and two rooms one. */
const HALF_CHARACTER = /\p{Cs}/u;

/**
 * Checks a room before anything is done with it: what can be joined must also be listed, logged and left.
 *
 * @throws TypeError for an invalid room, RangeError for a name that is too long
 */
export function checkRoom(namespace: string, room: Room): void {
  const name = encodeRoom(room);
  const bytes = Buffer.byteLength(name);
  const most = Math.min(
    MAX_SORT_KEY_BYTES,
    // Of its partition: a letter, the namespace and a comma.
    MAX_PARTITION_KEY_BYTES - 2 - Buffer.byteLength(namespace),
  );
  if (bytes <= most) return;
  throw new RangeError(
    `Cannot use room: expected a name of ${most - 1} bytes at most, got ${bytes - 1}`,
  );
}

/** `5` and `"5"` are two rooms at run time, so they are two in the table. */
export function encodeRoom(room: Room): string {
  if (typeof room === "string") {
    if (!HALF_CHARACTER.test(room)) return `s${room}`;
    throw new TypeError("Cannot use room: expected well-formed Unicode, got half a character");
  }
  if (typeof room === "number") return `n${room}`;
  throw new TypeError(
    `Cannot use room: expected a string or a number, got ${room === null ? "null" : typeof room}`,
  );
}

export function decodeRoom(text: string): Room {
  return text.startsWith("n") ? Number(text.slice(1)) : text.slice(1);
}
