import { createHash } from "node:crypto";
import type { Frame } from "../ports";

/** Makes a text frame ready to be posted to any number of connections. */
export function createFrame(text: string): Frame {
  const bytes = Buffer.from(text, "utf8");
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}
