export interface MemoryOptions {
  /** Epoch milliseconds. @default - `Date.now` */
  readonly now?: () => number;
  /** Called before each write. What it throws rejects the call, and nothing of that write is kept. */
  readonly beforeWrite?: () => void;
}

/** As much as one item of the table holds, so that applications meet the same limit. */
const MAX_BYTES = 400 * 1024;

/** What the ports of the twin share: the clock, and the moment before a write. */
export class Memory {
  readonly now: () => number;
  readonly #beforeWrite: () => void;

  constructor({ now = () => Date.now(), beforeWrite = () => {} }: MemoryOptions) {
    this.now = now;
    this.#beforeWrite = beforeWrite;
  }

  /** Carries a change out as one atomic write. It happens later than it is asked for, as a request would. */
  async write<Result>(change: () => Result): Promise<Result> {
    await undefined;
    this.#beforeWrite();
    return change();
  }
}

/** @throws RangeError for what no item of the table would hold */
export function checkSize(...values: readonly (string | Uint8Array)[]): void {
  const bytes = values.reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  if (bytes <= MAX_BYTES) return;
  throw new RangeError(`Cannot store: expected at most ${MAX_BYTES} bytes, got ${bytes}`);
}

/** JSON values as they come back from a store. */
export function copy<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}
