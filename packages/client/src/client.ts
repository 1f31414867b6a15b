import { RoomsError } from "./error";
import type { Message } from "./messages";
import type { Action } from "./outbox";
import { ERROR, Session, STATUS } from "./session";
import type {
  Answer,
  Args,
  EventName,
  MembersPage,
  Options,
  Presence,
  Status,
  UntypedEvents,
} from "./types";

type Unsubscribe = () => void;
type Answerer = (...args: never[]) => unknown;

/**
 * A client of one namespace, by the JSON protocol. It connects by `open()`, connects again when the connection ends,
 * and keeps its session and its rooms.
 *
 * @typeParam In the events that the server sends: `{ message(text: string): void }`
 * @typeParam Out those that it handles; what a function returns is the ack: `{ save(text: string): number }`
 */
export class RoomsClient<In = UntypedEvents, Out = UntypedEvents> {
  readonly #session: Session;
  readonly #options: Options;
  readonly #answers = new Map<string, Answerer>();

  constructor(url: string, options: Options = {}) {
    this.#options = options;
    this.#session = new Session(url, options, (message) => this.#hear(message));
  }

  get status(): Status {
    return this.#session.status;
  }

  /** The socket's id while it is connected; a recovered session keeps it. */
  get id(): string | undefined {
    return this.#session.id;
  }

  /** Whether the session went on where the last connection ended, with nothing missed. */
  get recovered(): boolean {
    return this.#session.recovered;
  }

  /** Why there is no connection, or what failed last without an action that waits for it. */
  get error(): RoomsError | undefined {
    return this.#session.error;
  }

  /** Connects, and stays connected. */
  open(): this {
    this.#session.open();
    return this;
  }

  /** Leaves for good: the session ends, and what waits for an answer rejects. `open()` begins anew. */
  close(): void {
    this.#session.close();
  }

  /** Hears an event. */
  on<E extends EventName<In>>(event: E, listener: (...args: Args<In, E>) => void): Unsubscribe {
    return this.#session.listeners.add(`event ${event}`, listener);
  }

  /** Answers an event for which the server asks an ack, with what the function returns or resolves with. */
  answer<E extends EventName<In>>(
    event: E,
    answer: (...args: Args<In, E>) => Answer<In, E> | Promise<Answer<In, E>>,
  ): Unsubscribe {
    this.#answers.set(event, answer);
    return () => {
      if (this.#answers.get(event) === answer) this.#answers.delete(event);
    };
  }

  /** Called at every change of `status`, and of the reason why there is no connection. */
  onStatus(listener: (status: Status) => void): Unsubscribe {
    return this.#session.listeners.add(STATUS, listener);
  }

  /** Hears errors that no promise of an action rejects with. Without a listener they are printed. */
  onError(listener: (error: RoomsError) => void): Unsubscribe {
    return this.#session.listeners.add(ERROR, listener);
  }

  /** Hears who comes and goes in a room that the client is in. */
  onPresence(room: string, listener: (presence: Presence) => void): Unsubscribe {
    return this.#session.listeners.add(`presence ${room}`, listener);
  }

  /**
   * Sends an event to the server; without a connection it waits for one.
   *
   * @throws RoomsError `buffer_full` if too many wait, `too_large` above 32 KB
   */
  emit<E extends EventName<Out>>(event: E, ...args: Args<Out, E>): void {
    this.#session.outbox.post(this.#session.act({ action: "emit", event, args }));
    this.#session.flush();
  }

  /** The same, and resolves with the first argument of the server's ack. */
  async emitWithAck<E extends EventName<Out>>(
    event: E,
    ...args: Args<Out, E>
  ): Promise<Answer<Out, E>> {
    return (await this.#ask({ action: "emit", event, args })) as Answer<Out, E>;
  }

  /** Joins a managed room; a new session after a lost connection joins it again by itself. */
  async join(room: string): Promise<void> {
    await this.#ask({ action: "join", room }, true);
    this.#session.rooms.add(room);
  }

  async leave(room: string): Promise<void> {
    this.#session.rooms.delete(room);
    await this.#ask({ action: "leave", room }, true);
  }

  /** Sends an event to all members of a managed room, this client included. */
  async send<E extends EventName<In>>(room: string, event: E, ...args: Args<In, E>): Promise<void> {
    await this.#ask({ action: "send", room, event, args });
  }

  /** Sends an event to all members of a managed room but this client. */
  async sendToOthers<E extends EventName<In>>(
    room: string,
    event: E,
    ...args: Args<In, E>
  ): Promise<void> {
    await this.#ask({ action: "send", room, event, args, scope: "others" });
  }

  /** Some members of a managed room, in the order of their ids. */
  async members(
    room: string,
    page: { readonly limit?: number; readonly after?: string } = {},
  ): Promise<MembersPage> {
    return (await this.#ask({ action: "members", room, ...page }, true)) as MembersPage;
  }

  /** How many sockets are in a managed room. */
  async count(room: string): Promise<number> {
    const answer = await this.#ask({ action: "members", room, count: true }, true);
    return (answer as { count: number }).count;
  }

  /** The managed rooms that this socket is in. */
  async rooms(): Promise<readonly string[]> {
    return ((await this.#ask({ action: "rooms" }, true)) as { rooms: string[] }).rooms;
  }

  /** Puts a new token in the place of the old one; without an argument, that of the option `token`. */
  renew(token?: string): Promise<void> {
    return this.#session.renew(token);
  }

  async #ask(action: Action, isRepeatable = false): Promise<unknown> {
    const session = this.#session;
    const ask = async () => {
      const answer = session.outbox.ask(session.act(action), { isRepeatable });
      session.flush();
      return (await answer)[0];
    };
    try {
      return await ask();
    } catch (error) {
      const isOld = error instanceof RoomsError && error.code === "token_expired";
      if (!isOld || typeof this.#options.token !== "function") throw error;
      await session.renew();
      return ask();
    }
  }

  #hear(message: Message): void {
    const { listeners } = this.#session;
    if (message.type === "event") {
      if (message.ack !== undefined) void this.#reply(message.event, message.ack, message.args);
      listeners.call(`event ${message.event}`, ...message.args);
    } else if (message.type === "joined" || message.type === "left") {
      const { type, room, id, user } = message;
      listeners.call(
        `presence ${room}`,
        user === undefined ? { type, room, id } : { type, room, id, user },
      );
    }
  }

  async #reply(event: string, ack: number, args: readonly unknown[]): Promise<void> {
    const answer = this.#answers.get(event);
    // The server's own timeout says so there.
    if (!answer) return;
    try {
      const value = await answer(...(args as never[]));
      // The next connection is another one, for which the server does not wait.
      if (this.status !== "connected") return;
      this.#session.outbox.post(this.#session.act({ action: "ack", ack, args: [value] }));
      this.#session.flush();
    } catch (error) {
      const message = `Cannot answer ${event}: ${(error as Error)?.message ?? error}`;
      this.#session.report(new RoomsError("answer", message));
    }
  }
}

/** A client that connects at once. */
export function connect<In = UntypedEvents, Out = UntypedEvents>(
  url: string,
  options?: Options,
): RoomsClient<In, Out> {
  return new RoomsClient<In, Out>(url, options).open();
}
