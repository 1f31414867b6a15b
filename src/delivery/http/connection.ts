import { connect as connectTcp, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import { type Answer, ResponseReader } from "./response-reader";

/** Where to connect to. */
export interface Origin {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Further TLS options; tests give the certificate of their own server. */
  readonly tlsOptions?: ConnectionOptions | undefined;
}

/** What became of a request. */
export type Ending =
  | Answer
  /** The connection ended or broke before an answer was complete. */
  | "broken"
  /** What came is no HTTP/1.1 that is understood here. */
  | "unintelligible";

/** What a connection tells its pool. */
export interface Listener {
  /** It can take a request: it is connected, or its last request has been answered. */
  onReady(connection: Connection): void;
  onEnd(connection: Connection): void;
}

/** The last TLS session of each origin: resuming one saves half of a handshake's CPU. */
const sessions = new Map<string, Buffer>();

/** One keep-alive connection, which carries one request at a time. */
export class Connection {
  /** When it was last in use, by the monotonic clock, in milliseconds. */
  lastUsedAt = performance.now();
  /** Since when it is connecting, or waiting for an answer; 0 when it is idle. */
  startedAt = performance.now();
  /** How long the last answer took, in milliseconds. */
  tookMs = 0;
  #isOver = false;
  #isUnreferenced = false;
  #isWriting = false;
  readonly #socket: Socket;
  readonly #reader = new ResponseReader();
  #done: ((ending: Ending) => void) | undefined;

  constructor(
    origin: Origin,
    private readonly listener: Listener,
  ) {
    this.#socket = open(origin, () => this.#rest());
    // A post is one small write that waits for its answer: Nagle's delay would only add to it.
    this.#socket.setNoDelay(true);
    this.#socket.on("data", (piece: Buffer) => this.#read(piece));
    this.#socket.on("end", () => this.#end(this.#reader.end() ?? "broken"));
    this.#socket.on("error", () => this.#end("broken"));
    this.#socket.on("close", () => this.#end("broken"));
  }

  /** Whether it has ended, or is about to. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Writes a request. `done` is called exactly once. */
  send(request: Buffer, done: (ending: Ending) => void): void {
    this.startedAt = performance.now();
    this.#done = done;
    if (this.#isUnreferenced) this.#reference(true);
    this.#isWriting = true;
    this.#socket.write(request, this.#onWritten);
  }

  /** Cuts the connection; a request under way is broken. */
  destroy(): void {
    this.#end("broken");
  }

  #read(piece: Buffer): void {
    if (this.#isOver) return;
    // Without a request there is nothing to answer.
    if (!this.#done) return this.#end("unintelligible");
    const reading = this.#reader.read(piece);
    if (reading === "more") return;
    if (reading === "surplus" || reading === "unintelligible") return this.#end("unintelligible");
    if (!reading.keepsAlive) return this.#end(reading);
    const done = this.#done;
    this.#done = undefined;
    this.tookMs = performance.now() - this.startedAt;
    done(reading);
    // A peer may answer before it has taken the whole request, whose end must leave first.
    if (!this.#isWriting) this.#rest();
  }

  readonly #onWritten = () => {
    this.#isWriting = false;
    if (!this.#done) this.#rest();
  };

  /** Idle connections keep no process alive. */
  #rest(): void {
    if (this.#isOver) return;
    this.lastUsedAt = performance.now();
    this.startedAt = 0;
    this.listener.onReady(this);
    if (this.startedAt === 0 && !this.#isOver) this.#reference(false);
  }

  #reference(keepsAlive: boolean): void {
    this.#isUnreferenced = !keepsAlive;
    if (keepsAlive) this.#socket.ref();
    else this.#socket.unref();
  }

  #end(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#socket.destroy();
    const done = this.#done;
    this.#done = undefined;
    this.listener.onEnd(this);
    done?.(ending);
  }
}

function open({ host, port, tls, tlsOptions }: Origin, onReady: () => void): Socket {
  if (!tls) return connectTcp({ host, port }, onReady);
  const key = `${host}:${port}`;
  const session = sessions.get(key);
  const socket: TLSSocket = connectTls(
    {
      host,
      port,
      servername: host,
      ALPNProtocols: ["http/1.1"],
      ...(session ? { session } : {}),
      ...tlsOptions,
    },
    onReady,
  );
  socket.on("session", (fresh) => sessions.set(key, fresh));
  return socket;
}
