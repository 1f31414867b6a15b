type Listener = (...args: never[]) => unknown;

/** Listeners by the name of what they hear. */
export class Listeners {
  readonly #byName = new Map<string, Set<Listener>>();

  /** @returns what removes it again. */
  add(name: string, listener: Listener): () => void {
    // A listener that is added twice is heard twice, and each of the two is removed by itself.
    const own: Listener = (...args) => listener(...args);
    const all = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, all.add(own));
    return () => {
      all.delete(own);
      if (all.size === 0 && this.#byName.get(name) === all) this.#byName.delete(name);
    };
  }

  /** @returns whether there was a listener. */
  call(name: string, ...args: unknown[]): boolean {
    const all = [...(this.#byName.get(name) ?? [])];
    for (const listener of all) listener(...(args as never[]));
    return all.length > 0;
  }
}
