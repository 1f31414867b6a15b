import type {
  DueTimer,
  Memory,
  MemoryChanges,
  MemoryEntries,
  MemoryExtent,
  MemoryHost,
  MemoryReference,
  MemorySocket,
} from "../ports";
import { Born } from "./born";
import { Restoring } from "./restoring";
import { Heap } from "./runtime";
import type { Closure } from "./scopes";
import { Shared } from "./shared";
import { Snapshot } from "./snapshot";
import { Sockets } from "./sockets";

/** See `Memory` of the port. */
export class ApplicationMemory implements Memory {
  readonly heap: Heap;
  readonly #born: Born;
  readonly #shared = new Shared();
  readonly #sockets: Sockets;
  readonly #snapshot: Snapshot;
  /** What is stored, by extent. */
  readonly #stored = new Map<string, MemoryEntries>();
  readonly #pending = new Map<string, MemoryEntries>();

  constructor(host: MemoryHost) {
    this.heap = new Heap(host);
    this.#born = new Born(this.heap);
    this.#sockets = new Sockets(this.heap.closures);
    this.#snapshot = new Snapshot(this.heap, this.#born, this.#shared, this.#sockets);
  }

  get isCompiled(): boolean {
    return this.heap.modules.size > 0;
  }

  loaded(): void {
    this.#born.note();
    this.heap.isEvaluating = false;
    this.#snapshot.noteBeginning();
  }

  mute<T>(run: () => T): T {
    const before = this.heap.isMuted;
    this.heap.isMuted = true;
    try {
      return run();
    } finally {
      this.heap.isMuted = before;
    }
  }

  needsReplay(handler: unknown): boolean {
    return !(typeof handler === "function" && this.heap.closures.has(handler as Closure));
  }

  enter(
    reference: MemoryReference,
    socket: MemorySocket,
    middlewares?: () => readonly unknown[],
  ): void {
    this.#sockets.enter(reference, socket, middlewares);
  }

  leave(reference: MemoryReference): void {
    this.#sockets.leave(reference);
  }

  restore(entries: MemoryEntries, extent: MemoryExtent = "application"): void {
    const { heap } = this;
    const restoring = new Restoring(heap, this.#born, this.#shared, this.#sockets, entries);
    if (extent === "application") restoring.run();
    else heap.closures.apart(() => restoring.runPart());
    this.#stored.set(keyOf(extent), entries);
  }

  changes(extent: MemoryExtent = "application"): MemoryChanges {
    const now = this.#snapshot.take(extent);
    const key = keyOf(extent);
    this.#pending.set(key, now);
    const before = this.#stored.get(key) ?? new Map<string, string>();
    const set = new Map<string, string>();
    for (const [id, text] of now) if (before.get(id) !== text) set.set(id, text);
    return { set, removed: [...before.keys()].filter((id) => !now.has(id)) };
  }

  stored(extent: MemoryExtent = "application"): void {
    const key = keyOf(extent);
    const pending = this.#pending.get(key);
    if (pending) this.#stored.set(key, pending);
    this.#pending.delete(key);
  }

  holds(entries: MemoryEntries, reference: MemoryReference): boolean {
    return entries.has(`s:${reference}`);
  }

  forget(extent: MemoryExtent & object): void {
    const key = keyOf(extent);
    this.#stored.delete(key);
    this.#pending.delete(key);
    for (const reference of extent.sockets) this.#sockets.leave(reference);
  }

  nextDue(withIntervals?: boolean): number | undefined {
    return this.heap.timers.first(withIntervals)?.due;
  }

  takeDue(now: number): DueTimer | undefined {
    const timer = this.heap.timers.take(now);
    if (!timer) return undefined;
    const { handle, due, owner, fn, args } = timer;
    const fire = () => fn.apply(handle, [...args]);
    return { id: handle.id, due, ...(owner !== undefined && { owner }), fire };
  }
}

function keyOf(extent: MemoryExtent): string {
  return extent === "application" ? extent : `of ${extent.connection}`;
}
