import type { ConnectionId, Namespaces } from "../../ports";
import { Lists } from "./lists";
import type { Memory } from "./memory";

/** The names of dynamic namespaces under their parents. What has expired is passed over. */
export class MemoryNamespaces implements Namespaces {
  /** Until when, epoch milliseconds. */
  readonly #names = new Lists<number>();
  readonly #added = new Map<ConnectionId, { readonly count: number; readonly until: number }>();

  constructor(private readonly memory: Memory) {}

  get size(): number {
    return this.#names.size + this.#added.size;
  }

  keep(parent: number, name: string, keepMs: number): Promise<boolean> {
    return this.memory.write(() => {
      const isThere = this.#isThere(parent, name);
      if (isThere) this.#set(parent, name, keepMs);
      return isThere;
    });
  }

  add(parent: number, name: string, keepMs: number): Promise<boolean> {
    return this.memory.write(() => {
      const isNew = !this.#isThere(parent, name);
      this.#set(parent, name, keepMs);
      return isNew;
    });
  }

  charge(connectionId: ConnectionId, most: number, keepMs: number): Promise<boolean> {
    return this.memory.write(() => {
      const { count, until } = this.#added.get(connectionId) ?? { count: 0, until: 0 };
      const added = until > this.memory.now() ? count : 0;
      if (added >= most) return false;
      this.#added.set(connectionId, { count: added + 1, until: this.memory.now() + keepMs });
      return true;
    });
  }

  async has(parent: number, name: string): Promise<boolean> {
    await undefined;
    return this.#isThere(parent, name);
  }

  async *list(parent: number): AsyncIterable<readonly string[]> {
    for await (const page of this.#names.pages(String(parent))) {
      const names = page.filter(([, until]) => until > this.memory.now()).map(([name]) => name);
      if (names.length > 0) yield names;
    }
  }

  #isThere(parent: number, name: string): boolean {
    return (this.#names.get(String(parent), name) ?? 0) > this.memory.now();
  }

  #set(parent: number, name: string, keepMs: number): void {
    this.#names.set(String(parent), name, this.memory.now() + keepMs);
  }
}
