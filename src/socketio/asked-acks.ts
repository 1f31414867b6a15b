import { AsyncLocalStorage } from "node:async_hooks";
import { deserialize, serialize } from "node:v8";
import { currentContext } from "../context/event-context";
import { logWarning } from "../log";
import type { KeptAcks } from "../ports";

/** What is kept of a socket, in characters: a connection handler asks for a time zone and not for a file. */
const MOST_KEPT = 16 * 1024;

type Callback = (...args: unknown[]) => unknown;

/**
 * What a connection handler asked clients, with what its callbacks were called with: a replay asks no client,
 * and goes on with the same answers. Each is known by its event and its place among the acks of that event.
 */
export class AskedAcks {
  readonly #answers: Map<string, (string | null)[]>;
  readonly #asked = new Map<string, number>();

  constructor(kept: KeptAcks = []) {
    this.#answers = new Map(kept.map(([event, answers]) => [event, [...answers]]));
  }

  /** A callback that also keeps what it is called with. */
  keep(event: string, callback: Callback): Callback {
    const answers = this.#answers.get(event) ?? [];
    const place = answers.push(null) - 1;
    this.#answers.set(event, answers);
    return (...args) => {
      answers[place] = serialize(args).toString("base64");
      if (JSON.stringify(this.kept).length > MOST_KEPT) {
        answers[place] = null;
        const expected = `at most ${MOST_KEPT} characters for what a connection handler asks`;
        logWarning(`Cannot keep an ack for replays: expected ${expected}, got more`, { event });
      }
      return callback(...args);
    };
  }

  /** Whether the next ack of this event has come. */
  isAcked(event: string): boolean {
    return typeof this.#answers.get(event)?.[this.#asked.get(event) ?? 0] === "string";
  }

  /** Asks in a replay: the callback is called as it was at the real connect, if it was. */
  askAgain(event: string, callback: Callback): void {
    const place = this.#asked.get(event) ?? 0;
    this.#asked.set(event, place + 1);
    const answer = this.#answers.get(event)?.[place];
    if (typeof answer !== "string") return;
    const args = deserialize(Buffer.from(answer, "base64")) as unknown[];
    const context = currentContext();
    process.nextTick(() => context.call("an ack", () => callback(...args)));
  }

  get kept(): KeptAcks {
    return [...this.#answers].filter(([, answers]) => answers.some((it) => it !== null));
  }
}

const asking = new AsyncLocalStorage<AskedAcks>();

/** Runs a connection handler: what it asks, and what its continuations ask, belongs to these acks. */
export function runAsking<T>(asked: AskedAcks, handler: () => T): T {
  return asking.run(asked, handler);
}

/** Of the connection handler that the caller is part of, if any. */
export function currentAskedAcks(): AskedAcks | undefined {
  return asking.getStore();
}
