import type { DueTimer, Memory, MemoryHost, MemoryReference } from "../../src/ports";

interface Cell {
  readonly get: () => unknown;
  readonly set: (value: never) => void;
}

/** What keeps an application's memory, for tests of its host: cells, and timers that call what is registered by name. */
export class FakeMemory implements Memory {
  readonly isCompiled = true;
  /** References that were entered and have not left. */
  readonly entered = new Set<MemoryReference>();
  readonly #cells = new Map<string, Cell>();
  readonly #actions = new Map<string, () => unknown>();
  #timers: { readonly id: string; due: number; readonly everyMs?: number }[] = [];
  #stored = new Map<string, string>();
  #read = new Map<string, string>();
  #isMuted = false;

  constructor(readonly host: MemoryHost) {}

  /** A variable of the application. Sockets in it are kept by reference. */
  cell(id: string, get: Cell["get"], set: Cell["set"]): void {
    this.#cells.set(id, { get, set });
  }

  /** What a timer of this name does. */
  action(name: string, run: () => unknown): void {
    this.#actions.set(name, run);
  }

  setTimer(id: string, ms: number, everyMs?: number): void {
    if (this.#isMuted) return;
    const timer = { id, due: this.host.now() + ms, ...(everyMs === undefined ? {} : { everyMs }) };
    this.#timers = [...this.#timers.filter((one) => one.id !== id), timer];
  }

  clearTimer(id: string): void {
    this.#timers = this.#timers.filter((one) => one.id !== id);
  }

  loaded(): void {
    this.#stored = this.#texts();
  }

  mute<T>(run: () => T): T {
    this.#isMuted = true;
    try {
      return run();
    } finally {
      this.#isMuted = false;
    }
  }

  needsReplay(): boolean {
    return true;
  }

  enter(reference: MemoryReference): void {
    this.entered.add(reference);
  }

  leave(reference: MemoryReference): void {
    this.entered.delete(reference);
  }

  restore(entries: ReadonlyMap<string, string>): void {
    for (const [id, text] of entries) {
      if (id === "timers") this.#timers = JSON.parse(text);
      else this.#cells.get(id)?.set(this.#revive(text) as never);
    }
    this.#stored = this.#texts();
  }

  changes() {
    this.#read = this.#texts();
    const set = [...this.#read].filter(([id, text]) => this.#stored.get(id) !== text);
    return {
      set: new Map(set),
      removed: [...this.#stored.keys()].filter((id) => !this.#read.has(id)),
    };
  }

  stored(): void {
    this.#stored = this.#read;
  }

  holds(): boolean {
    return true;
  }

  forget(): void {}

  nextDue(withIntervals = true): number | undefined {
    const counted = this.#timers.filter(({ everyMs }) => withIntervals || everyMs === undefined);
    return counted.length > 0 ? Math.min(...counted.map(({ due }) => due)) : undefined;
  }

  takeDue(now: number): DueTimer | undefined {
    const [first] = [...this.#timers].sort((a, b) => a.due - b.due);
    if (!first || first.due > now) return undefined;
    const { id, due, everyMs } = first;
    if (everyMs === undefined) this.clearTimer(id);
    else first.due += everyMs;
    return { id, due, fire: () => this.#actions.get(id)?.() };
  }

  #texts(): Map<string, string> {
    const texts = [...this.#cells].map(([id, { get }]) => [id, this.#say(get())] as const);
    return new Map([...texts, ["timers", JSON.stringify(this.#timers)]]);
  }

  #say(value: unknown): string {
    return (
      JSON.stringify(value, (_, part) => {
        const isObject = typeof part === "object" && part !== null;
        const reference =
          isObject || typeof part === "function" ? this.host.referenceTo(part) : undefined;
        return reference === undefined ? part : { $: reference };
      }) ?? "null"
    );
  }

  #revive(text: string): unknown {
    return JSON.parse(text, (_, part) =>
      typeof part?.$ === "string" ? this.host.resolve(part.$) : part,
    );
  }
}
