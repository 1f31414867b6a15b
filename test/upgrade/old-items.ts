import { readFileSync } from "node:fs";
import path from "node:path";

interface Dump {
  /** When it was made, epoch milliseconds. */
  readonly now: number;
  /** Private id of the session that had ended. */
  readonly pid: string;
  readonly items: readonly Record<string, unknown>[];
}

/** A table as an earlier version has left it, with sets and bytes as the SDK wants them. */
export function readDump(name: string): Dump {
  const text = readFileSync(path.join(__dirname, name), "utf8");
  return JSON.parse(text, (_, value) => {
    if (value?.set) return new Set(value.set);
    return value?.bytes === undefined ? value : Buffer.from(value.bytes, "base64");
  });
}
