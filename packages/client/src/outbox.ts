import { RoomsError } from "./error";

export type Action = { readonly action: string } & Readonly<Record<string, unknown>>;

interface Letter {
  readonly text: string;
  /** Absent for an action that gets no answer. */
  readonly settle?: { resolve(args: readonly unknown[]): void; reject(error: RoomsError): void };
  /** It does the same when it is carried out twice, so it is sent again over the next connection. */
  readonly isRepeatable: boolean;
  isSent: boolean;
  timer?: ReturnType<typeof setTimeout>;
}

/** API Gateway closes a connection that sends a larger frame, with 1009. */
const MOST_BYTES = 32_768;

/** Actions in their order: those that wait for a connection, and those that wait for their answer. */
export class Outbox {
  readonly #letters = new Map<number, Letter>();
  #lastId = 0;

  constructor(
    private readonly limit: number,
    private readonly timeoutMs: number,
  ) {}

  /** @throws RoomsError if it is too large, or too many wait already. */
  post(action: Action): void {
    this.#add(++this.#lastId, { text: write(action), isRepeatable: true, isSent: false });
  }

  /** Resolves with the answer's arguments. */
  async ask(
    action: Action,
    { isRepeatable = false, timeoutMs = this.timeoutMs } = {},
  ): Promise<readonly unknown[]> {
    const id = ++this.#lastId;
    const text = write({ ...action, id });
    return new Promise((resolve, reject) => {
      const letter: Letter = { text, isRepeatable, isSent: false, settle: { resolve, reject } };
      this.#add(id, letter);
      letter.timer = setTimeout(() => {
        const what = letter.isSent ? "an answer" : "a connection";
        this.fail(
          id,
          new RoomsError(
            "timeout",
            `Cannot ${action.action}: expected ${what} within ${timeoutMs} ms`,
          ),
        );
      }, timeoutMs);
    });
  }

  /** Sends, in their order, those that wait. */
  flush(send: (text: string) => void): void {
    for (const [id, letter] of this.#letters) {
      if (letter.isSent) continue;
      letter.isSent = true;
      if (!letter.settle) this.#letters.delete(id);
      send(letter.text);
    }
  }

  answer(id: unknown, args: readonly unknown[]): void {
    this.#take(id)?.settle?.resolve(args);
  }

  /** @returns whether an action waited for it. */
  fail(id: unknown, error: RoomsError): boolean {
    const letter = this.#take(id);
    letter?.settle?.reject(error);
    return letter !== undefined;
  }

  /** The connection has ended: what was sent may have been carried out, and no later one knows of it. */
  interrupt(): void {
    for (const [id, letter] of this.#letters) {
      if (letter.isRepeatable) letter.isSent = false;
      else if (letter.isSent) {
        const message = "Expected an answer, but the connection ended; the server may have acted";
        this.fail(id, new RoomsError("disconnected", message));
      }
    }
  }

  failAll(error: RoomsError): void {
    for (const id of this.#letters.keys()) this.fail(id, error);
  }

  #add(id: number, letter: Letter): void {
    let waiting = 0;
    for (const { isSent } of this.#letters.values()) if (!isSent) waiting++;
    if (waiting >= this.limit) {
      const message = `Expected at most ${this.limit} actions to wait for a connection`;
      throw new RoomsError("buffer_full", message);
    }
    this.#letters.set(id, letter);
  }

  #take(id: unknown): Letter | undefined {
    const letter = this.#letters.get(id as number);
    this.#letters.delete(id as number);
    clearTimeout(letter?.timer);
    return letter;
  }
}

function write(action: Action): string {
  const text = JSON.stringify(action);
  const { length } = new TextEncoder().encode(text);
  if (length <= MOST_BYTES) return text;
  throw new RoomsError(
    "too_large",
    `Cannot ${action.action}: expected at most ${MOST_BYTES} bytes, got ${length}`,
  );
}
