/** Node's timers on a clock that the test moves, for applications that run in one process. */
export class VirtualTimers {
  readonly #waiting = new Map<
    object,
    { due: number; delay: number; repeats: boolean; order: number; run: () => void }
  >();
  readonly #cleared = new WeakSet<object>();
  readonly #byId = new Map<string, object>();
  #order = 0;

  constructor(private readonly now: () => number) {}

  readonly setTimeout = (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
    this.#set(run, ms, args, false);
  readonly setInterval = (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) =>
    this.#set(run, ms, args, true);
  readonly clearTimeout = (given?: object | string | number) => {
    const timer = typeof given === "object" ? given : this.#byId.get(`${given}`);
    if (!timer) return;
    this.#cleared.add(timer);
    this.#waiting.delete(timer);
  };
  readonly clearInterval = this.clearTimeout;

  #set(
    run: (...args: unknown[]) => void,
    ms: number | undefined,
    args: unknown[],
    repeats: boolean,
  ) {
    const delay = ms !== undefined && ms >= 1 ? Math.trunc(ms) : 1;
    const id = this.#order;
    const timer = {
      refresh: () => {
        // Also one that has fired.
        if (!this.#cleared.has(timer)) this.#waiting.set(timer, waiting());
        return timer;
      },
      ref: () => timer,
      unref: () => timer,
      hasRef: () => true,
      [Symbol.toPrimitive]: () => id,
    };
    this.#byId.set(`${id}`, timer);
    const waiting = () => ({
      ...{ delay, repeats, due: this.now() + delay, order: this.#order++ },
      run: () => run.apply(timer, args),
    });
    this.#waiting.set(timer, waiting());
    return timer;
  }

  nextDue(): number | undefined {
    return this.#first()?.[1].due;
  }

  fire(now: number): void {
    const first = this.#first();
    if (!first || first[1].due > now) return;
    const [timer, one] = first;
    if (one.repeats) Object.assign(one, { due: one.due + one.delay, order: this.#order++ });
    else this.#waiting.delete(timer);
    one.run();
  }

  #first() {
    return [...this.#waiting].sort(([, a], [, b]) => a.due - b.due || a.order - b.order)[0];
  }
}
