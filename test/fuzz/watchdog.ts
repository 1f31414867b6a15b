import path from "node:path";
import { Worker } from "node:worker_threads";
import type { Sequence } from "./sequence";

/**
 * Ends a process that does not come back from an input. Only another thread can: it is told each input
 * before that is played, and writes down the one that hangs.
 */

const MAX_BYTES = 2 ** 20;

interface Shared {
  /** How many inputs have been told, and how long the last is. */
  readonly state: SharedArrayBuffer;
  readonly text: SharedArrayBuffer;
  readonly file: string;
}

export class Watchdog {
  readonly #shared: Shared;
  readonly #state: Int32Array;
  readonly #text: Uint8Array;
  readonly #worker: Worker;

  constructor(file: string) {
    this.#shared = {
      state: new SharedArrayBuffer(8),
      text: new SharedArrayBuffer(MAX_BYTES),
      file: path.resolve(file),
    };
    this.#state = new Int32Array(this.#shared.state);
    this.#text = new Uint8Array(this.#shared.text);
    // A worker thread has no loader for TypeScript.
    const source = `(${watch})(require("node:worker_threads").workerData, require("node:fs"))`;
    this.#worker = new Worker(source, { eval: true, workerData: this.#shared });
    this.#worker.unref();
  }

  tell(sequence: Sequence): void {
    const { written } = new TextEncoder().encodeInto(JSON.stringify(sequence), this.#text);
    this.#state[1] = written;
    Atomics.add(this.#state, 0, 1);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** Runs in the other thread, from its source: whatever it needs it has to be given. */
function watch({ state, text, file }: Shared, fs: typeof import("node:fs")): void {
  const hangsMs = 30_000;
  const view = new Int32Array(state);
  let seen = 0;
  let since = Date.now();
  setInterval(() => {
    const told = Atomics.load(view, 0);
    if (told !== seen) since = Date.now();
    seen = told;
    if (Date.now() - since < hangsMs) return;
    fs.writeFileSync(file, Buffer.from(new Uint8Array(text)).subarray(0, view[1]));
    fs.writeSync(1, `An input hangs: ${file}\n`);
    process.kill(process.pid, "SIGKILL");
  }, 1000);
}
