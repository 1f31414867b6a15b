import { setTimeout as sleep } from "node:timers/promises";
import { currentContext, type EventContext, runIn } from "../context/event-context";
import { logError } from "../log";
import type { Acks, Answers, ConnectionId, Question } from "../ports";

/** The first look comes this soon; the pauses then grow to the last, which is five looks a second. */
const FIRST_PAUSE_MS = 10;
const LAST_PAUSE_MS = 200;
const GROWTH = 1.5;

/**
 * Fetches the answers of clients from the table, where the ack lane puts them: the answer to a
 * question that a handler awaits cannot come on the lane that this very handler holds.
 */
export class AckCollector implements Acks {
  readonly #open = new WeakMap<EventContext, number>();

  /** @param most how many acks one event may wait for at a time */
  constructor(
    private readonly answers: Answers,
    private readonly most: number,
  ) {}

  collect(question: Question): void {
    const context = currentContext();
    const open = this.#open.get(context) ?? 0;
    // Its callback runs out of time, or its promise is abandoned: as if no client answered.
    if (open >= this.most) return this.#refuse(question, context);
    this.#open.set(context, open + 1);
    const ended = context.begin(`the ack of event ${question.ackId}`);
    const end = () => {
      this.#open.set(context, (this.#open.get(context) ?? 1) - 1);
      ended();
    };
    this.#poll(question, context)
      .catch((error) => logError("Cannot fetch acks", error, { namespace: question.namespace }))
      .finally(end);
  }

  #refuse(question: Question, context: EventContext): void {
    const message = `Cannot wait for an ack: expected at most ${this.most} at a time, got one more`;
    context.report("a question to clients", new RangeError(message));
    runIn(context, () => question.onGiveUp?.());
  }

  async #poll(question: Question, context: EventContext): Promise<void> {
    const run = (work: () => void) => runIn(context, work);
    const { namespace, ackId, deadline, onAnswer } = question;
    const missing = new Set(question.from);
    const answered: ConnectionId[] = [];
    let pause = FIRST_PAUSE_MS;
    while (missing.size > 0 && Date.now() < deadline && !context.isGivenUp) {
      await sleep(Math.min(pause, deadline - Date.now()));
      pause = Math.min(pause * GROWTH, LAST_PAUSE_MS);
      for (const { connectionId, args } of await this.answers.read(namespace, ackId)) {
        // A client that was not asked cannot answer; a second answer does not count.
        if (!missing.delete(connectionId)) continue;
        answered.push(connectionId);
        run(() => onAnswer(connectionId, args));
      }
    }
    if (context.isGivenUp) return;
    if (missing.size > 0) run(() => question.onGiveUp?.());
    if (answered.length > 0) await this.answers.remove(namespace, ackId, answered);
  }
}
