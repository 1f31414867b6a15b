import {
  type ApplicationChanges,
  type ApplicationStore,
  MAX_ENTRY_BYTES,
  type StoredApplication,
} from "../../ports";
import type { Memory } from "./memory";

/** How many messages are remembered. */
const MAX_MESSAGES = 640;

/** The memory of the application. */
export class MemoryApplication implements ApplicationStore {
  #version = 0;
  readonly #entries = new Map<string, string>();
  #messages: readonly string[] = [];

  constructor(private readonly memory: Memory) {}

  get size(): number {
    return this.#entries.size + (this.#version > 0 ? 1 : 0);
  }

  async read(): Promise<StoredApplication> {
    let known = this.#version;
    const commit = (changes: ApplicationChanges) =>
      this.memory.write(() => {
        if (known !== this.#version) return false;
        this.#commit(changes);
        known = this.#version;
        return true;
      });
    const log = {
      get version() {
        return known;
      },
      isCurrent: async () => known === this.#version,
      commit,
      tidy: async () => {},
    };
    const entries = new Map(this.#entries);
    return { version: known, entries, messages: this.#messages, log };
  }

  #commit({ set, removed, messages }: ApplicationChanges): void {
    for (const [id, text] of set) {
      const bytes = Buffer.byteLength(text);
      if (bytes > MAX_ENTRY_BYTES)
        throw new RangeError(
          `Cannot store ${id}: expected at most ${MAX_ENTRY_BYTES} bytes, got ${bytes}`,
        );
    }
    for (const [id, text] of set) this.#entries.set(id, text);
    for (const id of removed) this.#entries.delete(id);
    this.#messages = [...this.#messages, ...messages].slice(-MAX_MESSAGES);
    this.#version++;
  }
}
