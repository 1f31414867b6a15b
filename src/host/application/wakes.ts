import type { Lanes } from "../../ports";

/** The entry of what was asked for. */
const WAKES = "w";
/** SQS delays a message by this at most, in seconds. */
const LONGEST_SECONDS = 900;

/** When messages wake the lane for timers that are due. As many as timers need; none where no timer waits. */
export class Wakes {
  /** When the earliest message comes that was asked for, epoch milliseconds. */
  #at: number | undefined;
  #isStored = true;

  constructor(
    private readonly lanes: Pick<Lanes, "wake">,
    entries: ReadonlyMap<string, string>,
  ) {
    const text = entries.get(WAKES);
    if (text) this.#at = Number(text);
  }

  /** A message has come. */
  note(at: number): void {
    if (this.#at === undefined || at < this.#at) return;
    this.#at = undefined;
    this.#isStored = false;
  }

  /** Asks for a message in time for a timer, if none comes until then. */
  async ask(due: number | undefined, now = Date.now()): Promise<void> {
    if (due === undefined) return;
    // A message that is late by so much was lost.
    const isComing = this.#at !== undefined && this.#at > now - LONGEST_SECONDS * 1000;
    const seconds = Math.min(Math.max(1, Math.ceil((due - now) / 1000)), LONGEST_SECONDS);
    const at = now + seconds * 1000;
    if (isComing && (this.#at as number) <= at) return;
    await this.lanes.wake?.(at, seconds);
    this.#at = at;
    this.#isStored = false;
  }

  /** The entry, if it has changed. */
  changes(): readonly (readonly [string, string])[] {
    return this.#isStored ? [] : [[WAKES, String(this.#at ?? "")]];
  }

  stored(): void {
    this.#isStored = true;
  }
}
