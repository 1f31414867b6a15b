import { createHash } from "node:crypto";
import type { Room } from "./ports";

/** A short name for a room, of the same length for each, under which something is noted of it. */
export function tagRoom(room: Room): string {
  // `5` and `"5"` are two rooms.
  const name = `${typeof room === "number" ? "n" : "s"}${room}`;
  return createHash("sha256").update(name).digest("base64url").slice(0, 16);
}
