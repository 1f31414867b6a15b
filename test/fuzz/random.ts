/** A generator of chance that gives the same for the same seed (xorshift128+ on two 32-bit halves). */
export class Random {
  #a: number;
  #b: number;

  constructor(seed: number) {
    this.#a = (seed ^ 0x9e3779b9) | 0;
    this.#b = Math.imul(seed + 1, 0x85ebca6b) | 1;
    for (let turn = 0; turn < 16; turn++) this.next();
  }

  /** From 0 up to, but not including, 1. */
  next(): number {
    let x = this.#a;
    const y = this.#b;
    this.#a = y;
    x ^= x << 23;
    x ^= (x >>> 17) ^ y ^ (y >>> 13);
    this.#b = x | 0;
    return ((x + y) >>> 0) / 2 ** 32;
  }

  /** From 0 up to, but not including, `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  /** Calls one of the choices, each as often as its weight says. */
  weighted<T>(choices: readonly (readonly [number, () => T])[]): T {
    let left = this.next() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, make] of choices) {
      left -= weight;
      if (left < 0) return make();
    }
    return (choices.at(-1) as readonly [number, () => T])[1]();
  }

  /** Mostly small, sometimes up to `end`. */
  size(end: number): number {
    return Math.floor(end ** this.next());
  }
}
