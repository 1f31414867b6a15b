import type { Container } from "./container";
import type { FunctionError } from "./protocol";

/** How a pool makes its containers and how many it may keep. */
export interface PoolOptions {
  readonly start: (onEnd: () => void) => Container;
  readonly containers: number;
  readonly spareContainers: number;
  readonly idleContainers: number;
  /** Whether a container may serve a key once only. */
  readonly fresh: boolean;
  /** Told when loading failed and no invocation was there to get the error. */
  readonly onLoadFailure: (error: FunctionError) => void;
}

/** A loaded container, or why the function cannot be loaded. */
export type Lease =
  | { readonly ok: true; readonly container: Container }
  | { readonly ok: false; readonly error: FunctionError };

interface Waiter {
  readonly keys: readonly string[];
  readonly resolve: (lease: Lease) => void;
}

/** Containers that load at a time; more would only share the same few cores. */
const maximumLoading = 2;
/** How far the number of spares grows while containers are busy. */
const maximumGrowth = 4;

/**
 * The containers of one function. A key (a connection, a message group) never meets the same container
 * twice: whatever a function keeps in memory between two invocations is gone at once here, as it will
 * be some day in Lambda.
 */
export class ContainerPool {
  readonly #options: PoolOptions;
  readonly #all = new Set<Container>();
  /** Loaded and never used. */
  readonly #spares: Container[] = [];
  /** Used, and free again; the oldest first. */
  readonly #idle: Container[] = [];
  readonly #outdated = new WeakSet<Container>();
  readonly #waiters: Waiter[] = [];
  #loading = 0;
  #started = 0;
  #busy = 0;
  #isBroken = false;
  #isClosed = false;
  #noteFirstLoad: (error: FunctionError | undefined) => void = () => {};

  /** Why the first container could not be loaded; `undefined` if it could. */
  readonly firstLoad = new Promise<FunctionError | undefined>((resolve) => {
    this.#noteFirstLoad = resolve;
  });

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Containers started so far. */
  get started(): number {
    return this.#started;
  }

  /** Containers that live, by what they do; `ready` have loaded and were never used. */
  get counts() {
    return {
      loading: this.#loading,
      ready: this.#spares.length,
      idle: this.#idle.length,
      busy: this.#busy,
    };
  }

  /** Invocations that wait for a container. */
  get waiting(): number {
    return this.#waiters.length;
  }

  /** Loads spare containers in the background. */
  warm(): void {
    this.#fill();
  }

  /** Takes a container that has served none of the keys, as soon as there is one. */
  acquire(keys: readonly string[]): Promise<Lease> {
    this.#isBroken = false;
    return new Promise((resolve) => {
      this.#waiters.push({ keys, resolve });
      this.#serve();
    });
  }

  /** Gives a container back. */
  release(container: Container): void {
    this.#busy -= 1;
    if (this.#outdated.has(container)) void container.terminate();
    else if (!container.hasEnded) this.#idle.push(container);
    this.#serve();
  }

  /**
   * Lets no container that is there now serve another invocation: the function has been changed.
   *
   * @param first a loaded container of the changed function, started by `startApart`
   */
  renew(first?: Container): void {
    for (const container of this.#all) this.#outdated.add(container);
    for (const container of [...this.#spares.splice(0), ...this.#idle.splice(0)]) {
      void container.terminate();
    }
    if (first && !first.hasEnded) {
      this.#all.add(first);
      this.#spares.push(first);
    }
    this.#isBroken = false;
    this.#serve();
  }

  /** Starts a container that serves no invocation until `renew` takes it in. */
  startApart(start: PoolOptions["start"]): Container {
    this.#started += 1;
    const container = start(() => this.#forget(container));
    return container;
  }

  /** Ends all containers and rejects the invocations that wait. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const error = { errorType: "Closed", errorMessage: "The local stack is closed", trace: [] };
    for (const waiter of this.#waiters.splice(0)) waiter.resolve({ ok: false, error });
    await Promise.all([...this.#all].map((container) => container.terminate()));
  }

  /** Matches waiters with containers, first come, first served. */
  #serve(): void {
    if (this.#isClosed) return;
    for (let index = 0; index < this.#waiters.length; ) {
      const waiter = this.#waiters[index]!;
      const container = this.#take(waiter.keys);
      if (container === undefined) {
        index += 1;
        continue;
      }
      this.#waiters.splice(index, 1);
      if (this.#options.fresh) for (const key of waiter.keys) container.served.add(key);
      this.#busy += 1;
      waiter.resolve({ ok: true, container });
    }
    this.#fill();
  }

  #take(keys: readonly string[]): Container | undefined {
    if (!this.#options.fresh) return this.#idle.pop() ?? this.#spares.shift();
    const spare = this.#spares.shift();
    if (spare) return spare;
    const index = this.#idle.findIndex(({ served }) => !keys.some((key) => served.has(key)));
    return index < 0 ? undefined : this.#idle.splice(index, 1)[0];
  }

  /** Starts what waiters and spares need, and ends idle containers that are too many. */
  #fill(): void {
    if (this.#isClosed) return;
    const { spareContainers, containers, fresh } = this.#options;
    // A container that stays serves the next invocation, too.
    const growth = fresh ? Math.min(this.#busy, maximumGrowth) : 0;
    const spares = this.#isBroken ? 0 : spareContainers + growth;
    const needed = this.#waiters.length + spares - this.#spares.length;
    while (this.#loading < Math.min(needed, maximumLoading)) {
      // Only for an invocation that waits: a spare is not worth a used container.
      const isFull = this.#all.size >= containers;
      if (isFull && (this.#waiters.length === 0 || !this.#evict())) break;
      this.#start();
    }
    while (this.#idle.length > this.#options.idleContainers) this.#evict();
  }

  #evict(): boolean {
    const oldest = this.#idle.shift();
    if (oldest === undefined) return false;
    this.#all.delete(oldest);
    void oldest.terminate();
    return true;
  }

  #start(): void {
    this.#loading += 1;
    this.#started += 1;
    const container = this.#options.start(() => this.#forget(container));
    this.#all.add(container);
    void container.loaded.then((error) => {
      this.#loading -= 1;
      this.#noteFirstLoad(error);
      if (this.#outdated.has(container)) void container.terminate();
      else if (error === undefined) this.#spares.push(container);
      else this.#refuse(error);
      this.#serve();
    });
  }

  /** Loading again at once would fail again: the next invocation tries. */
  #refuse(error: FunctionError): void {
    if (this.#isClosed) return;
    this.#isBroken = true;
    const waiter = this.#waiters.shift();
    if (waiter) waiter.resolve({ ok: false, error });
    else this.#options.onLoadFailure(error);
  }

  #forget(container: Container): void {
    this.#all.delete(container);
    for (const list of [this.#spares, this.#idle]) {
      const index = list.indexOf(container);
      if (index >= 0) list.splice(index, 1);
    }
    // Not before a failure to load has been noted, which happens in the same turn.
    queueMicrotask(() => this.#fill());
  }
}
