import { promisify } from "node:util";
import { type Copy, loadIn, watchTimers } from "../../lambdas/copy-timers";

const promised = (timer: object) => Reflect.get(timer, promisify.custom);

/** Timers that fire when a test says so. */
class Clock {
  readonly pending = new Map<object, () => unknown>();
  readonly setTimeout = Object.assign(this.#starter(true), {
    [promisify.custom]: promised(setTimeout),
  });
  readonly setInterval = this.#starter(false);
  readonly clearInterval = (timer: object) => void this.pending.delete(timer);

  #starter(isOnce: boolean) {
    return (callback: (...args: unknown[]) => unknown, _delay?: number, ...args: unknown[]) => {
      const timer = {};
      this.pending.set(timer, () => {
        if (isOnce) this.pending.delete(timer);
        return callback.apply(timer, args);
      });
      return timer;
    };
  }

  fire(): void {
    for (const fire of [...this.pending.values()]) fire();
  }
}

function watch() {
  const clock = new Clock();
  const its = clock as unknown as typeof globalThis;
  watchTimers(its);
  return { clock, its };
}

test("a timeout that starts itself again stops with its copy, and leaves nothing that holds it", () => {
  const { clock, its } = watch();
  const copy: Copy = { isOver: false };
  let ticks = 0;
  const tick = () => {
    ticks++;
    its.setTimeout(tick, 1000);
  };
  loadIn(copy, tick);
  // Outside of the load: the package starts it again by itself.
  loadIn(copy, () => clock.fire());
  expect({ ticks, pending: clock.pending.size }).toEqual({ ticks: 2, pending: 1 });
  copy.isOver = true;
  clock.fire();
  expect({ ticks, pending: clock.pending.size }).toEqual({ ticks: 2, pending: 0 });
});

test("an interval stops with its copy, and those of the next one go on", () => {
  const { clock, its } = watch();
  const ticks: string[] = [];
  const [first, second]: Copy[] = [{ isOver: false }, { isOver: false }];
  for (const [name, copy] of [["first", first] as const, ["second", second] as const])
    if (copy) loadIn(copy, () => its.setInterval(() => ticks.push(name), 1000));
  its.setInterval(() => ticks.push("invocation"), 1000);
  clock.fire();
  if (first) first.isOver = true;
  clock.fire();
  clock.fire();
  const all = ["first", "second", "invocation", "second", "invocation", "second", "invocation"];
  expect(ticks).toEqual(all);
  expect(clock.pending.size).toBe(2);
});

test("a callback gets its arguments and its timer, and promisify Node's own promise", () => {
  const { clock, its } = watch();
  const seen: unknown[] = [];
  const timer = loadIn({ isOver: false }, () =>
    its.setTimeout(
      function (this: unknown, ...args: unknown[]) {
        seen.push(this, ...args);
      },
      1,
      "a",
      "b",
    ),
  );
  clock.fire();
  expect(seen).toEqual([timer, "a", "b"]);
  expect(seen[0]).toBe(timer);
  expect(promised(its.setTimeout)).toBe(promised(setTimeout));
  expect(typeof promised(setTimeout)).toBe("function");
});

test("a timer that Node starts keeps its copy through what it starts", async () => {
  const its = { setTimeout, setInterval, clearInterval } as unknown as typeof globalThis;
  watchTimers(its);
  const copy: Copy = { isOver: false };
  const ran: string[] = [];
  await new Promise<void>((resolve) => {
    loadIn(copy, () => {
      its.setTimeout(() => {
        its.setTimeout(() => ran.push("late"), 0);
        copy.isOver = true;
        ran.push("early");
        setTimeout(resolve, 0);
      }, 0);
    });
  });
  expect(ran).toEqual(["early"]);
});
