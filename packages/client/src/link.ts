import { type Backoff, pauseMs } from "./backoff";
import type { RoomsError } from "./error";
import type { WebSocketClass, WebSocketLike } from "./types";

export interface LinkOptions {
  readonly url: string;
  readonly webSocket: WebSocketClass;
  readonly backoff: Backoff;
  readonly connectTimeoutMs: number;
}

export interface LinkEvents {
  /** Before each connection. What it rejects with ends the attempt, and the next comes after a pause. */
  prepare(): Promise<void>;
  opened(): void;
  message(text: string): void;
  /** The connection ended, or could not be had; it is tried again. */
  down(error?: RoomsError): void;
  /** Nothing came for so long that a living server would have sent its ping, or the network has changed. */
  doubted(): void;
}

/** The server pings each 8 minutes, and API Gateway ends what is idle for 10. */
const SILENCE_MS = 9.5 * 60_000;

type Timer = ReturnType<typeof setTimeout>;
/** What browsers have, and Node in part. */
interface Surroundings {
  addEventListener?(type: string, listener: () => void): void;
  removeEventListener?(type: string, listener: () => void): void;
}
const surroundings = globalThis as Surroundings & { document?: Surroundings & { hidden: boolean } };

/** Keeps a WebSocket open: connects, and connects again after pauses until it is stopped. Used once. */
export class Link {
  #socket: WebSocketLike | undefined;
  /** One more for each attempt and stop: what an older one still brings is not heard. */
  #turn = 0;
  #attempts = 0;
  #pause: Timer | undefined;
  #silence: Timer | undefined;
  #connecting: Timer | undefined;

  constructor(
    private readonly options: LinkOptions,
    private readonly events: LinkEvents,
  ) {}

  start(): void {
    surroundings.addEventListener?.("online", this.#look);
    surroundings.document?.addEventListener?.("visibilitychange", this.#look);
    void this.#connect();
  }

  stop(): void {
    clearTimeout(this.#pause);
    surroundings.removeEventListener?.("online", this.#look);
    surroundings.document?.removeEventListener?.("visibilitychange", this.#look);
    this.#drop();
  }

  /** The server has let the client in: the next pauses begin small again. */
  settle(): void {
    this.#attempts = 0;
    clearTimeout(this.#connecting);
  }

  send(text: string): void {
    this.#socket?.send(text);
  }

  /** Ends this connection, without a wait for the other end to agree, and tries another. */
  restart(error?: RoomsError): void {
    this.#drop();
    this.#pause = setTimeout(
      () => void this.#connect(),
      pauseMs(this.options.backoff, this.#attempts++, Math.random()),
    );
    this.events.down(error);
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    const turn = ++this.#turn;
    try {
      await this.events.prepare();
      if (turn === this.#turn) this.#open(turn);
    } catch (error) {
      if (turn === this.#turn) this.restart(error as RoomsError);
    }
  }

  #open(turn: number): void {
    const socket = new this.options.webSocket(this.options.url);
    this.#socket = socket;
    const ended = () => {
      if (turn === this.#turn) this.restart();
    };
    this.#connecting = setTimeout(ended, this.options.connectTimeoutMs);
    socket.onopen = () => {
      if (turn !== this.#turn) return;
      this.#hear();
      this.events.opened();
    };
    socket.onmessage = ({ data }: { data: unknown }) => {
      if (turn !== this.#turn) return;
      this.#hear();
      this.events.message(String(data));
    };
    // What it is about, only the close says; without a handler `ws` would throw it.
    socket.onerror = () => {};
    socket.onclose = ended;
  }

  #hear(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.events.doubted(), SILENCE_MS);
  }

  #drop(): void {
    this.#turn++;
    clearTimeout(this.#silence);
    clearTimeout(this.#connecting);
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** The network is back, or the page is seen again: phones cut connections that no page is seen of. */
  readonly #look = (): void => {
    if (surroundings.document?.hidden) return;
    if (this.#pause !== undefined) void this.#connect();
    else if (this.#socket) this.events.doubted();
  };
}
