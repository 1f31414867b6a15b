import { turn } from "./turn";

/** What has begun in an invocation and has not ended: listeners, middlewares, effects. */
export class PendingWork {
  readonly #open = new Map<symbol, string>();
  #wake: (() => void) | undefined;

  /** Notes that something has begun; the returned function says that it has ended. */
  begin(label: string): () => void {
    const key = Symbol(label);
    this.#open.set(key, label);
    return () => {
      if (this.#open.delete(key) && this.#open.size === 0) this.#wake?.();
    };
  }

  /**
   * Resolves when all has ended, or at the deadline with the labels of what has not, which is then forgotten.
   *
   * @param deadline epoch milliseconds
   */
  async idle(deadline: number): Promise<readonly string[]> {
    // Socket.IO dispatches through `process.nextTick`, so what an event starts begins a turn later.
    await turn();
    while (this.#open.size > 0) {
      if (!(await this.#ended(deadline))) {
        const unfinished = [...new Set(this.#open.values())];
        this.#open.clear();
        return unfinished;
      }
      await turn();
    }
    return [];
  }

  /** Waits for the last open thing to end; `false` at the deadline. */
  #ended(deadline: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), Math.max(0, deadline - Date.now()));
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve(true);
      };
    });
  }
}
