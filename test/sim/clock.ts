/** Something that happens at a moment of virtual time. */
export interface Occurrence {
  readonly at: number;
  readonly order: number;
  readonly label: string;
  readonly run: () => unknown;
  isCancelled: boolean;
}

/** Virtual time: it stands still while code runs and jumps to whatever is due next. */
export class Clock {
  /** Epoch milliseconds. */
  now: number;
  #order = 0;
  /** A binary heap, the earliest on top. */
  readonly #heap: Occurrence[] = [];

  constructor(readonly startedAt: number) {
    this.now = startedAt;
  }

  schedule(delayMs: number, label: string, run: () => unknown): Occurrence {
    const at = this.now + Math.max(0, delayMs);
    const occurrence = { at, order: this.#order++, label, run, isCancelled: false };
    this.#push(occurrence);
    return occurrence;
  }

  /** Moves time on to the next occurrence and returns it, unless that is due after `limit`: then it stays due. */
  next(limit: number): Occurrence | undefined {
    for (;;) {
      const [first] = this.#heap;
      if (first && !first.isCancelled && first.at > limit) return undefined;
      this.#pop();
      if (first?.isCancelled) continue;
      if (first) this.now = Math.max(this.now, first.at);
      return first;
    }
  }

  #push(occurrence: Occurrence): void {
    const heap = this.#heap;
    let place = heap.push(occurrence) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(occurrence, heap[parent] as Occurrence)) break;
      heap[place] = heap[parent] as Occurrence;
      place = parent;
    }
    heap[place] = occurrence;
  }

  #pop(): Occurrence | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right && isBefore(right, heap[child] as Occurrence)) child++;
      if (!isBefore(heap[child] as Occurrence, last)) break;
      heap[place] = heap[child] as Occurrence;
      place = child;
    }
    heap[place] = last;
    return first;
  }
}

function isBefore(one: Occurrence, other: Occurrence): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
