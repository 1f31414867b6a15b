import { Duplex } from "node:stream";

/** What a server asks of a socket beside its stream, and what it says of its ends. */
interface Ends {
  readonly remoteAddress: string;
  readonly isEncrypted: boolean;
}

/**
 * One end of a connection within this process: what is written here is read at the other end. Node's HTTP server takes
 * any such stream for a socket.
 * https://nodejs.org/api/http.html#event-connection
 */
class End extends Duplex {
  other!: End;
  readonly encrypted: true | undefined;
  readonly remotePort = 443;
  /** A server of HTTP/2 answers HTTP/1.1 too where it says `allowHTTP1`. */
  readonly alpnProtocol = "http/1.1";
  readonly remoteFamily: "IPv4" | "IPv6";
  #written: (() => void) | undefined;

  constructor(readonly ends: Ends) {
    super();
    // Frameworks ask for it to tell https from http.
    this.encrypted = ends.isEncrypted || undefined;
    this.remoteFamily = ends.remoteAddress.includes(":") ? "IPv6" : "IPv4";
  }

  get remoteAddress(): string {
    return this.ends.remoteAddress;
  }

  override _read(): void {
    const written = this.other.#written;
    this.other.#written = undefined;
    written?.();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    if (this.other.destroyed || this.other.push(chunk)) done();
    else this.#written = done;
  }

  override _final(done: () => void): void {
    if (!this.other.destroyed) this.other.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // What the other end has yet to read is kept for it, as in a network.
    if (!this.other.destroyed && !this.writableFinished) this.other.push(null);
    const waiting = this.other.#written;
    this.other.#written = undefined;
    waiting?.();
    done(error);
  }

  // Timeouts, pauses and ports are of a network; the deadline of the invocation ends what hangs.
  setTimeout(_ms: number, _listener?: () => void): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  address(): object {
    return { address: "127.0.0.1", family: "IPv4", port: 443 };
  }
}

/** A connection: the end of its client and that of the server, which sees the client's address. */
export function connectInMemory(ends: Ends): { readonly client: Duplex; readonly server: Duplex } {
  const client = new End({ ...ends, isEncrypted: false });
  const server = new End(ends);
  client.other = server;
  server.other = client;
  return { client, server };
}
