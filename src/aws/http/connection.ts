import { connect as connectTcp, type OnReadOpts, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import { defined } from "../../defined";
import { type HttpResponse, ResponseReader } from "./response-reader";

/** Where to connect to. */
export interface Origin {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Further TLS options; tests give the certificate of their own server. */
  readonly tlsOptions?: ConnectionOptions | undefined;
  /** Whether answers come with their bodies. @default false */
  readonly keepsBodies?: boolean;
}

/** What became of a request. */
export type Ending =
  | HttpResponse
  /** The connection ended or broke before an answer was complete. */
  | "broken"
  /** The answer is not HTTP/1.1, or not of the kind that this client reads. */
  | "unintelligible";

/** A request to be sent. An object and no closures: thousands of them wait in a broadcast. */
export interface Job {
  /**
   * The bytes, asked for when there is a connection for them: queued posts hold no buffer, and
   * their signatures are fresh.
   *
   * @param scratch room for them, which saves making more: free until the request has been answered
   */
  request(scratch: Buffer): Buffer;
  /** Called exactly once. */
  done(ending: Ending): void;
}

/** What a connection tells its pool. */
export interface Listener {
  /** It can take a request: it is connected, or its last request has been answered. */
  onReady(connection: Connection): void;
  /** An answer is complete, after so many milliseconds. */
  onResponse(tookMs: number): void;
  onEnd(connection: Connection): void;
}

/** The last TLS session of each origin: resuming one saves half of a handshake's CPU. */
const sessions = new Map<string, Buffer>();

/** What is read at a time, always into the same buffer: an answer without its body is a few hundred bytes. */
const READ_BYTES = 4096;
/** A page of a query has up to a megabyte. */
const READ_BODY_BYTES = 65_536;
/** A post's head, with a session token, and a message of usual size. */
const WRITE_BYTES = 4096;

/** One keep-alive connection, which carries one request at a time. */
export class Connection {
  /** When it was last in use, epoch milliseconds. */
  lastUsedAt = Date.now();
  /** Since when it is connecting, or waiting for an answer; 0 when it is idle. */
  startedAt = performance.now();
  readonly #scratch = Buffer.allocUnsafeSlow(WRITE_BYTES);
  #isOver = false;
  #isUnreferenced = false;
  #isWriting = false;
  readonly #socket: Socket;
  readonly #reader: ResponseReader;
  #job: Job | undefined;

  constructor(
    origin: Origin,
    private readonly listener: Listener,
  ) {
    this.#reader = new ResponseReader(origin.keepsBodies);
    const onread = {
      buffer: Buffer.alloc(origin.keepsBodies ? READ_BODY_BYTES : READ_BYTES),
      callback: (length: number, bytes: Uint8Array) =>
        this.#read(bytes.subarray(0, length) as Buffer),
    };
    this.#socket = open(origin, onread, () => this.#rest());
    // A post is one small write that waits for its answer: Nagle's delay would only add to it.
    this.#socket.setNoDelay(true);
    this.#socket.on("end", () => this.#end(this.#reader.end() ?? "broken"));
    this.#socket.on("error", () => this.#end("broken"));
    this.#socket.on("close", () => this.#end("broken"));
  }

  /** Whether it has ended, or is about to. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Writes a request. The job's `done` is called exactly once. */
  send(job: Job): void {
    this.startedAt = performance.now();
    this.#job = job;
    if (this.#isUnreferenced) this.#reference(true);
    this.#isWriting = true;
    this.#socket.write(job.request(this.#scratch), this.#onWritten);
  }

  /** Cuts the connection; a request under way is broken. */
  destroy(): void {
    this.#end("broken");
  }

  /** @returns whether there may be more to read */
  #read(piece: Buffer): boolean {
    if (this.#isOver) return false;
    // Without a request there is nothing to answer.
    const job = this.#job;
    if (!job) return this.#end("unintelligible");
    const reading = this.#reader.read(piece);
    if (reading === "more") return true;
    if (reading === "surplus" || reading === "unintelligible") return this.#end("unintelligible");
    if (!reading.keepsAlive) return this.#end(reading);
    this.#job = undefined;
    this.listener.onResponse(performance.now() - this.startedAt);
    job.done(reading);
    // A peer may answer before it has taken the whole request, whose end must leave first.
    if (!this.#isWriting) this.#rest();
    return true;
  }

  readonly #onWritten = () => {
    this.#isWriting = false;
    if (!this.#job) this.#rest();
  };

  /** Idle connections keep no process alive. */
  #rest(): void {
    if (this.#isOver) return;
    this.lastUsedAt = Date.now();
    this.startedAt = 0;
    this.listener.onReady(this);
    if (this.startedAt === 0 && !this.#isOver) this.#reference(false);
  }

  #reference(keepsAlive: boolean): void {
    this.#isUnreferenced = !keepsAlive;
    if (keepsAlive) this.#socket.ref();
    else this.#socket.unref();
  }

  #end(ending: Ending): false {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#socket.destroy();
    const job = this.#job;
    this.#job = undefined;
    this.listener.onEnd(this);
    job?.done(ending);
    return false;
  }
}

function open(
  { host, port, tls, tlsOptions }: Origin,
  onread: OnReadOpts,
  onReady: () => void,
): Socket {
  if (!tls) return connectTcp({ host, port, onread }, onReady);
  const key = `${host}:${port}`;
  const session = sessions.get(key);
  const socket: TLSSocket = connectTls(
    {
      host,
      port,
      servername: host,
      // Passed on to the socket, as `tls.connect` documents; its types lack it.
      ...{ onread },
      ALPNProtocols: ["http/1.1"],
      ...defined({ session }),
      ...tlsOptions,
    },
    onReady,
  );
  socket.on("session", (fresh) => sessions.set(key, fresh));
  return socket;
}
