import { createHash } from "node:crypto";
import type { Frame } from "../ports";

/** Largest message that API Gateway delivers, in bytes (quota "Message payload size": 128 KB). */
export const MAX_MESSAGE_BYTES = 131_072;

/** Makes a text frame ready to be posted to any number of connections. */
export function createFrame(text: string): Frame {
  const bytes = Buffer.from(text, "utf8");
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}
