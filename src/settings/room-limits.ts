import { checkLimits } from "./check-limits";

/** What one client may use of managed rooms. The construct takes them, the application enforces them. */
export interface RoomLimits {
  /**
   * Longest name of a room, in characters; at most 256.
   *
   * @default 256
   */
  readonly roomNameLength: number;

  /**
   * What a room's whole name must match: the source of a regular expression (flag `u`).
   *
   * @default "\\P{Cc}+" - anything but control characters
   */
  readonly roomNamePattern: string;

  /**
   * Rooms that one socket may be in at a time.
   *
   * @default 100
   */
  readonly roomsPerSocket: number;

  /**
   * Largest `args` of a `send`, in bytes of JSON.
   *
   * @default 32768
   */
  readonly argsBytes: number;

  /**
   * Actions that one socket may do in a second, on average; bursts may be of one second's worth.
   *
   * @default 50
   */
  readonly actionsPerSecond: number;
}

export const DEFAULT_ROOM_LIMITS: RoomLimits = {
  roomNameLength: 256,
  roomNamePattern: "\\P{Cc}+",
  roomsPerSocket: 100,
  argsBytes: 32_768,
  actionsPerSecond: 50,
};

/** @throws RangeError if a limit is invalid, naming it. */
export function checkRoomLimits({ roomNamePattern, ...numbers }: Partial<RoomLimits>): void {
  checkLimits("rooms", numbers, DEFAULT_ROOM_LIMITS);
  if (roomNamePattern !== undefined) checkPattern(String(roomNamePattern));
}

function checkPattern(pattern: string): void {
  try {
    new RegExp(pattern, "u");
  } catch (error) {
    throw new RangeError(`Cannot limit rooms: ${(error as Error).message}`);
  }
}
