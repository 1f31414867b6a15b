import type { FrameEvent, LaneEvent } from "../lanes/events";
import { logWarning } from "../log";
import type { ConnectionId, KeptFrame, Store } from "../ports";
import type { Protocols } from "../protocols";
import type { DecodedAck } from "../protocols/protocol";
import type { ConnectionLimits } from "../settings/connection-limits";
import { refusePending } from "./cut-off";

type AckFramesStore = Pick<Store, "ackFrames" | "keepAckFrames">;

/**
 * Acks of several frames, as they come on the ack lane among the frames of such events. What is
 * unfinished at the end of a batch is kept in an item of its own. Violations are the ordinary lane's, which
 * gets the same frames: here they are ignored.
 */
export class AckAssembly {
  /** Frames of the unfinished ack, once they are known; empty if there is no such ack. */
  #parts: readonly KeptFrame[] | undefined;
  #isChanged = false;

  /** @param events of the batch */
  constructor(
    private readonly connectionId: ConnectionId,
    private readonly events: readonly LaneEvent[],
    private readonly store: AckFramesStore,
    private readonly limits: Pick<ConnectionLimits, "pendingFrames" | "pendingBytes">,
    private readonly protocols: Pick<Protocols, "ofShared">,
  ) {}

  /** The ack that the frame completes; an ignored one if it completes none. */
  async receive(event: FrameEvent, frame: string): Promise<DecodedAck> {
    const before = this.#parts ?? (await this.#load());
    const part = { requestId: event.requestId, at: event.at, frame };
    const begun = this.#framesOf(frame)?.begins(frame);
    if (begun === "ack") this.#become([part]);
    // An event begins, so an ack that is unfinished now will not be finished.
    else if (begun === "event") this.#become([]);
    else if (before.length > 0) this.#become([...before, part]);
    this.#limit();
    const frames = (this.#parts ?? []).map((it) => it.frame);
    const [header] = frames;
    const ack = header === undefined ? undefined : this.#framesOf(header)?.complete(frames);
    if (ack === undefined) return { ok: false, isIgnored: true };
    this.#become([]);
    return ack;
  }

  #framesOf(frame: string) {
    return this.protocols.ofShared(frame)?.acks.frames;
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

  #save(frames: readonly KeptFrame[]): Promise<void> {
    return this.store.keepAckFrames(this.connectionId, frames);
  }

  async #load(): Promise<readonly KeptFrame[]> {
    const kept = await this.store.ackFrames(this.connectionId);
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
