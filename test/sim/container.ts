import { AsyncLocalStorage } from "node:async_hooks";

/** One execution environment of a function. What runs in it finds it by its asynchronous context. */
export class Container {
  #isAlive = true;
  isBusy = false;
  /** How fast its calls are, compared with others. */
  constructor(
    readonly name: string,
    readonly slowness: number,
  ) {}

  /** Called when it dies while it is busy. */
  onDeath: (() => void) | undefined;

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Whatever it has begun is never answered, and what it begins from now on does not happen. */
  kill(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.onDeath?.();
  }
}

const current = new AsyncLocalStorage<Container | undefined>();

export function currentContainer(): Container | undefined {
  return current.getStore();
}

export function runInside<T>(container: Container | undefined, work: () => T): T {
  return current.run(container, work);
}
