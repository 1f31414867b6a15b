import { setTimeout as sleep } from "node:timers/promises";
import { type Backoff, backoff } from "../backoff";
import { currentContext, type EventContext, runIn } from "../context/event-context";
import { logError } from "../log";
import type { AckStore, Acks, ConnectionId, PendingAck } from "../ports";

/** The first look comes this soon; the pauses then grow to the last, which is five looks a second. */
const PAUSES_MS: Backoff = { first: 10, last: 200, growth: 1.5 };

/**
 * Fetches the acks of clients from the table, where the ack lane puts them: the ack that a handler awaits
 * cannot come on the lane that this very handler holds.
 */
export class AckCollector implements Acks {
  readonly #open = new WeakMap<EventContext, number>();

  /** @param most how many acks one event may wait for at a time */
  constructor(
    private readonly store: AckStore,
    private readonly most: number,
  ) {}

  collect(ack: PendingAck): void {
    const context = currentContext();
    const open = this.#open.get(context) ?? 0;
    // Its callback runs out of time, or its promise is abandoned: as if no client answered.
    if (open >= this.most) return this.#refuse(ack, context);
    this.#open.set(context, open + 1);
    const ended = context.begin(`the ack of event ${ack.ackId}`);
    const end = () => {
      this.#open.set(context, (this.#open.get(context) ?? 1) - 1);
      ended();
    };
    this.#poll(ack, context)
      .catch((error) => logError("Cannot fetch acks", error, { namespace: ack.namespace }))
      .finally(end);
  }

  #refuse(ack: PendingAck, context: EventContext): void {
    const message = `Cannot wait for an ack: expected at most ${this.most} at a time, got one more`;
    context.report("an ack to clients", new RangeError(message));
    runIn(context, () => ack.onGiveUp?.());
  }

  async #poll(ack: PendingAck, context: EventContext): Promise<void> {
    const run = (work: () => void) => runIn(context, work);
    const { namespace, ackId, deadline, onAck } = ack;
    const missing = new Set(ack.from);
    const answered: ConnectionId[] = [];
    for (let look = 1; missing.size > 0 && Date.now() < deadline && !context.isGivenUp; look++) {
      await sleep(Math.min(backoff(look, PAUSES_MS), deadline - Date.now()));
      for (const { connectionId, args } of await this.store.read(namespace, ackId)) {
        // A client that was not asked cannot answer; a second answer does not count.
        if (!missing.delete(connectionId)) continue;
        answered.push(connectionId);
        run(() => onAck(connectionId, args));
      }
    }
    if (context.isGivenUp) return;
    if (missing.size > 0) run(() => ack.onGiveUp?.());
    if (answered.length > 0) await this.store.remove(namespace, ackId, answered);
  }
}
