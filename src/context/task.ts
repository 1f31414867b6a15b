/** One run of a listener, for which its context waits unless it is abandoned. */
export class Task {
  #isAbandoned = false;
  #end: (() => void) | undefined;

  /** It awaits what will never come: the invocation stops waiting for it. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#end?.();
  }

  onAbandon(end: () => void): void {
    this.#end = end;
    if (this.#isAbandoned) end();
  }
}
