import type { Clock } from "../../local";

interface Task {
  at: number;
  readonly run: () => void;
  readonly everyMs: number | undefined;
}

/** A clock that stands still until a test advances it. */
export class VirtualClock implements Clock {
  #now = Date.now();
  readonly #tasks = new Set<Task>();

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    return this.#add({ at: this.#now + ms, run, everyMs: undefined });
  }

  every(ms: number, run: () => void): () => void {
    return this.#add({ at: this.#now + ms, run, everyMs: ms });
  }

  /** Lets time pass, and runs all that becomes due meanwhile, in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let task = this.#next(end); task; task = this.#next(end)) {
      this.#now = task.at;
      if (task.everyMs === undefined) this.#tasks.delete(task);
      else task.at += task.everyMs;
      task.run();
    }
    this.#now = end;
  }

  #add(task: Task): () => void {
    this.#tasks.add(task);
    return () => this.#tasks.delete(task);
  }

  #next(end: number): Task | undefined {
    const due = [...this.#tasks].filter(({ at }) => at <= end);
    return due.sort((a, b) => a.at - b.at)[0];
  }
}
