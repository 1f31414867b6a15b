/** Lets a store's writes fail from some write on, as if its function had died before it. */
export class FailingWrites {
  /** Writes that are still carried out; `undefined`: all. */
  #left: number | undefined;
  #hasFailed = false;

  /** Lets so many writes happen, and none after them until `revive`: a function that is dead writes no more. */
  dieAfter(writes: number): void {
    this.#left = writes;
    this.#hasFailed = false;
  }

  /** @returns whether a write has failed since `dieAfter` */
  revive(): boolean {
    this.#left = undefined;
    return this.#hasFailed;
  }

  /** To be called before each write. */
  note(): void {
    if (this.#left === undefined || this.#left-- > 0) return;
    this.#hasFailed = true;
    throw new Error("died");
  }
}
