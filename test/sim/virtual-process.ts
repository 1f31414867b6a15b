import { AsyncResource } from "node:async_hooks";
import crypto from "node:crypto";
import path from "node:path";
import timers from "node:timers/promises";
import { inspect } from "node:util";
import type { Clock, Occurrence } from "./clock";
import { currentContainer } from "./container";
import type { Random } from "./random";

type Changes = Record<string, unknown>;
type Callback = (...args: unknown[]) => void;

const realImmediate = globalThis.setImmediate;
const RealDate = globalThis.Date;

/**
 * Puts a virtual clock and seeded randomness in the place of the process's own, for the length of a run.
 * Node's loop is left as it is: without real timers and without input from outside, the order of its
 * microtasks, ticks and immediates depends on nothing else.
 */
export class VirtualProcess {
  #immediates = 0;
  readonly #undo: (() => void)[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** @param onLog gets the product's log lines; without it they are dropped. */
  install(onLog: (text: string) => void = () => {}): void {
    const log = (...parts: unknown[]) => onLog(parts.map((part) => inspect(part)).join(" "));
    this.#replace(console, { error: log, warn: log });
    this.#replace(globalThis, { Date: virtualDate(this.clock), ...this.#timers() });
    this.#replace(timers, {
      setTimeout: <T>(ms: number, value: T) =>
        new Promise<T>((resolve) => void globalThis.setTimeout(() => resolve(value), ms)),
      setImmediate: <T>(value: T) =>
        new Promise<T>((resolve) => void globalThis.setImmediate(() => resolve(value))),
    });
    this.#replace(performance, { now: () => this.clock.now - this.clock.startedAt });
    this.#replace(Math, { random: this.random.next });
    this.#replace(crypto, this.#crypto());
    this.#resetSocketIds();
  }

  restore(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }

  /** Resolves when all that runs has come to wait for the clock. */
  async quiet(): Promise<void> {
    do {
      await new Promise((resolve) => realImmediate(resolve));
      await new Promise((resolve) => realImmediate(resolve));
    } while (this.#immediates > 0);
  }

  #replace(target: object, changes: Changes): void {
    for (const [name, value] of Object.entries(changes)) {
      const before = Object.getOwnPropertyDescriptor(target, name);
      Object.defineProperty(target, name, { value, configurable: true, writable: true });
      this.#undo.push(() => {
        if (before) Object.defineProperty(target, name, before);
        else Reflect.deleteProperty(target, name);
      });
    }
  }

  #timers(): Changes {
    const stop = (timer: VirtualTimer | undefined) => timer?.stop();
    return {
      setTimeout: (run: Callback, ms = 0, ...args: unknown[]) =>
        new VirtualTimer(this.clock, run.bind(undefined, ...args), ms),
      setInterval: (run: Callback, ms = 0, ...args: unknown[]) =>
        new VirtualTimer(this.clock, run.bind(undefined, ...args), ms, true),
      clearTimeout: stop,
      clearInterval: stop,
      setImmediate: (run: Callback, ...args: unknown[]) => {
        this.#immediates++;
        return realImmediate(() => {
          this.#immediates--;
          run(...args);
        });
      },
    };
  }

  #crypto(): Changes {
    const { random } = this;
    return {
      randomBytes: (size: number, done?: (error: null, bytes: Buffer) => void) => {
        const bytes = random.bytes(size);
        if (done) process.nextTick(done, null, bytes);
        return bytes;
      },
      randomInt: (low: number, high?: number) =>
        high === undefined ? random.below(low) : low + random.below(high - low),
      randomUUID: () => {
        const hex = random.bytes(16).toString("hex");
        return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
      },
    };
  }

  /** Socket.IO draws its ids from a store of random bytes, and counts them. */
  #resetSocketIds(): void {
    const file = path.join(path.dirname(require.resolve("socket.io")), "contrib/base64id.js");
    const { base64id } = require(file) as { base64id: object };
    Object.assign(base64id, {
      sequenceNumber: 0,
      bytesBufferIndex: undefined,
      isGeneratingBytes: false,
    });
  }
}

/** A timer of a container dies with it. Its callback runs in the context in which it was set. */
class VirtualTimer {
  readonly #owner = currentContainer();
  #next: Occurrence;

  constructor(
    private readonly clock: Clock,
    run: () => void,
    private readonly ms: number,
    repeats = false,
  ) {
    this.run = AsyncResource.bind(() => {
      if (this.#owner && !this.#owner.isAlive) return;
      if (repeats) this.#next = this.#start();
      run();
    });
    this.#next = this.#start();
  }

  private readonly run: () => void;

  stop(): void {
    this.#next.isCancelled = true;
  }

  refresh(): this {
    this.stop();
    this.#next = this.#start();
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  #start(): Occurrence {
    // As Node does with a number of more than 31 bits.
    const delayMs = this.ms >= 1 && this.ms < 2 ** 31 ? this.ms : 1;
    return this.clock.schedule(delayMs, "timer", this.run);
  }
}

function virtualDate(clock: Clock): DateConstructor {
  return class extends RealDate {
    constructor(...args: unknown[]) {
      super(...((args.length === 0 ? [clock.now] : args) as [number]));
    }

    /** In whole milliseconds, as everywhere: offsets of packets are made of it. */
    static override now(): number {
      return Math.floor(clock.now);
    }
  } as DateConstructor;
}
