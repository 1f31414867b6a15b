import type { FrameEvent, LaneEvent } from "../lanes/events";
import { logWarning } from "../log";
import type { ConnectionId, KeptFrame, Store } from "../ports";
import type { ConnectionLimits } from "../settings/connection-limits";
import { decodePacket } from "../wire/decode";
import type { Packet } from "../wire/packet";
import { refusePending } from "./cut-off";

type AnsweringStore = Pick<Store, "answering" | "keepAnswering">;

/**
 * Acks with attachments, as their frames come on the ack lane among those of events with attachments. What is
 * unfinished at the end of a batch is kept in an item of its own. Violations are the ordinary lane's, which
 * gets the same frames: here they are ignored.
 */
export class BinaryAnswers {
  /** Frames of the unfinished ack, once they are known; empty if there is no such ack. */
  #parts: readonly KeptFrame[] | undefined;
  #isChanged = false;

  /** @param events of the batch */
  constructor(
    private readonly connectionId: ConnectionId,
    private readonly events: readonly LaneEvent[],
    private readonly store: AnsweringStore,
    private readonly limits: Pick<ConnectionLimits, "pendingFrames" | "pendingBytes">,
  ) {}

  /** The ack that the frame completes, if it does. */
  async receive(event: FrameEvent, frame: string): Promise<Packet | undefined> {
    const before = this.#parts ?? (await this.#load());
    const part = { requestId: event.requestId, at: event.at, frame };
    if (frame.startsWith("46")) this.#become([part]);
    // An event begins, so an ack that is unfinished now will not be finished.
    else if (frame.startsWith("45")) this.#become([]);
    else if (before.length > 0) this.#become([...before, part]);
    this.#limit();
    const [header, ...attachments] = this.#parts ?? [];
    if (header === undefined || attachments.length < attachmentsOf(header.frame)) return undefined;
    this.#become([]);
    const bytes = attachments.map((it) => Buffer.from(it.frame.slice(1), "base64"));
    return decodePacket([header.frame.slice(1), ...bytes]);
  }

  /** Keeps what the next batch has to know. */
  async finish(): Promise<void> {
    if (!this.#isChanged) return;
    try {
      await this.#save(this.#parts ?? []);
    } catch (error) {
      // More than an item can hold would fail again.
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      logWarning(`Cannot keep an ack: ${error.message}`, { connectionId: this.connectionId });
      // What is kept now lacks a frame: with the rest it would make a wrong ack.
      await this.#save([]);
    }
  }

  /** The ordinary lane has the same frames, and ends a connection whose packets are too large. */
  #limit(): void {
    const message = refusePending(
      (this.#parts ?? []).map(({ frame }) => frame),
      this.limits,
    );
    if (message === undefined) return;
    logWarning(`Cannot keep an ack: ${message}`, { connectionId: this.connectionId });
    this.#become([]);
  }

  #become(parts: readonly KeptFrame[]): void {
    this.#isChanged ||= parts.length > 0 || (this.#parts ?? []).length > 0;
    this.#parts = parts;
  }

  #save(answering: readonly KeptFrame[]): Promise<void> {
    return this.store.keepAnswering(this.connectionId, answering);
  }

  async #load(): Promise<readonly KeptFrame[]> {
    const kept = await this.store.answering(this.connectionId);
    this.#parts = kept.filter((part) => !this.#comesAgain(part));
    return this.#parts;
  }

  /** A try before this one has kept it, and has failed to tell the queue. */
  #comesAgain({ requestId, at }: KeptFrame): boolean {
    return this.events.some(
      (event) =>
        event.type === "ack" &&
        (event.requestId === requestId || (event.redelivered === true && event.at < at)),
    );
  }
}

function attachmentsOf(header: string): number {
  const [, count] = /^46(\d+)-/.exec(header) ?? [];
  return Number(count ?? 0);
}
