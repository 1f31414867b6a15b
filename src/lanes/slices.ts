import type { Range } from "../ports";

/** One slice of a broadcast, as it travels to a worker. */
export interface Slice {
  /** Of the broadcast. */
  readonly id: string;
  /** Number of the slice. */
  readonly part: number;
  readonly range: Range;
}

/** Reads the body of a message; only `SqsWorkers` writes them. */
export function parseSlice(body: string): Slice {
  const part = JSON.parse(body) as Partial<Slice> | null;
  if (typeof part?.id !== "string" || typeof part.part !== "number" || !part.range) {
    throw new TypeError(
      `Cannot read a slice of a broadcast: expected id, part and range, got ${body.slice(0, 200)}`,
    );
  }
  return part as Slice;
}
