/** How often the heap is measured, and from when on it may no longer grow. */
const LOOKS = 40;
const WARM_UP = 0.25;
/** What a run may have more at its end than after its warm-up: caches and the corpus, in bytes. */
const MAX_GROWTH = 12 * 2 ** 20;

/** The heap in use after garbage collection, over a run. Needs `--expose-gc`. */
export class Heap {
  readonly #sizes: [played: number, bytes: number][] = [];
  #next = 0;

  constructor(private readonly inputs: number) {}

  look(played: number): void {
    if (played < this.#next) return;
    this.#next = played + Math.max(2000, this.inputs / LOOKS);
    global.gc?.();
    this.#sizes.push([played, process.memoryUsage().heapUsed]);
  }

  megabytes(): string {
    return ((this.#sizes.at(-1)?.[1] ?? 0) / 2 ** 20).toFixed(1);
  }

  /** What is wrong with it, if anything is. */
  growth(): string | undefined {
    const warm = this.#sizes.filter(([played]) => played >= this.inputs * WARM_UP);
    const half = warm.length >> 1;
    if (half < 3 || !global.gc) return undefined;
    const least = (sizes: typeof warm) => Math.min(...sizes.map(([, bytes]) => bytes));
    const grown = least(warm.slice(half)) - least(warm.slice(0, half));
    if (grown < MAX_GROWTH) return undefined;
    return `heap: ${(grown / 2 ** 20).toFixed(1)} MB more in the second half of the run`;
  }
}
