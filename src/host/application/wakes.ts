import type { LaneEvent } from "../../lanes/events";
import type { Lanes } from "../../ports";

/** The entry of what was asked for. */
const WAKES = "w";
/** What is due sooner is not for a message that is delayed: SQS counts in whole seconds. */
const GRAIN_MS = 1000;
/** So long a batch goes on for fast timers, and so long a client's event waits for it at most. */
const SLICE_MS = 100;
/** SQS delays a message by this at most, in seconds. */
const LONGEST_SECONDS = 900;

/**
 * When messages wake the lane for timers that are due. As many as timers need; none where no timer waits.
 *
 * `isFast`: what is due within a second is not left to a message that is delayed.
 */
export class Wakes {
  /** When the earliest message comes that was asked for, epoch milliseconds. */
  #at: number | undefined;
  #isStored = true;

  constructor(
    private readonly lanes: Pick<Lanes, "wake">,
    entries: ReadonlyMap<string, string>,
    private readonly isFast = false,
  ) {
    const text = entries.get(WAKES);
    if (text) this.#at = Number(text);
  }

  /** How long a batch goes on for timers: one that a message has woken; any other ends at once, since a message comes. */
  sliceMs(events: readonly LaneEvent[], clients: number): number {
    const isWoken = events.some(({ type }) => type === "wake");
    return this.isFast && isWoken && clients > 0 ? SLICE_MS : 0;
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
    const seconds = this.#secondsUntil(due, now);
    const at = now + seconds * 1000;
    if (isComing && (this.#at as number) <= at) return;
    await this.lanes.wake?.(at, seconds);
    this.#at = at;
    this.#isStored = false;
  }

  #secondsUntil(due: number, now: number): number {
    // At the end of the lane, behind the events that wait there.
    if (this.isFast && due - now < GRAIN_MS) return 0;
    return Math.min(Math.max(1, Math.ceil((due - now) / 1000)), LONGEST_SECONDS);
  }

  /** The entry, if it has changed. */
  changes(): readonly (readonly [string, string])[] {
    return this.#isStored ? [] : [[WAKES, String(this.#at ?? "")]];
  }

  stored(): void {
    this.#isStored = true;
  }
}
