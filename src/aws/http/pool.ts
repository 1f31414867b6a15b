import { Connection, type Job, type Origin } from "./connection";

export interface PoolOptions {
  /** @default 400 - a function has 1,024 file descriptors */
  readonly maxConnections?: number;
  /** How long an answer may take, milliseconds. @default 5000 */
  readonly timeoutMs?: number;
  /** A connection idle for longer is not used again: its peer may be closing it. @default 20_000 */
  readonly idleMs?: number;
}

/** CPU of opening a TLS connection, milliseconds: 2 to 3, 1.1 to 1.6 with a resumed session. */
const OPENING_MS = 2;
/** How long an answer takes before any has been measured. */
const FIRST_LATENCY_MS = 15;
/** How often overdue answers are looked for: one timer for all requests. */
const WATCH_MS = 250;

/**
 * Connections to one origin. Another one is opened as long as that pays: with `q` requests waiting, `n`
 * connections and an answer's latency `L`, sending takes `q·L/n`, opening `n·OPENING_MS`; the sum is
 * least at `n = √(q·L / OPENING_MS)`.
 */
export class Pool {
  readonly #all = new Set<Connection>();
  /** The last used on top: the others may grow old and go. */
  readonly #idle: Connection[] = [];
  #waiting: Job[] = [];
  /** Where in `#waiting` the next job stands. */
  #next = 0;
  #connecting = 0;
  #isFlushing = false;
  #latencyMs = FIRST_LATENCY_MS;
  #watch: NodeJS.Timeout | undefined;
  readonly #options: Required<PoolOptions>;

  constructor(
    private readonly origin: Origin,
    options: PoolOptions = {},
  ) {
    this.#options = { maxConnections: 400, timeoutMs: 5000, idleMs: 20_000, ...options };
  }

  /** How many connections are open or being opened. */
  get size(): number {
    return this.#all.size;
  }

  /** Sends a request as soon as there is a connection for it. */
  send(job: Job): void {
    const connection = this.#takeIdle();
    if (connection) return this.#start(connection, job);
    this.#waiting.push(job);
    this.#openMore();
  }

  /** Ends everything; requests under way are broken. */
  close(): void {
    for (const connection of this.#all) connection.destroy();
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  get #queued(): number {
    return this.#waiting.length - this.#next;
  }

  #takeIdle(): Connection | undefined {
    // The monotonic clock may stand still while Lambda keeps the process frozen, and the peer does not.
    const oldest = Date.now() - this.#options.idleMs;
    for (let found = this.#idle.pop(); found; found = this.#idle.pop()) {
      if (found.isOver) continue;
      if (found.lastUsedAt >= oldest) return found;
      found.destroy();
    }
    return undefined;
  }

  #openMore(): void {
    const { maxConnections } = this.#options;
    const wanted = Math.ceil(Math.sqrt((this.#queued * this.#latencyMs) / OPENING_MS));
    while (this.#connecting < this.#queued && this.#all.size < Math.min(wanted, maxConnections)) {
      this.#connecting++;
      this.#watchOver();
      this.#all.add(this.#open());
    }
  }

  #open(): Connection {
    let isConnecting = true;
    const connected = () => {
      if (isConnecting) this.#connecting--;
      isConnecting = false;
    };
    return new Connection(this.origin, {
      onReady: (connection) => {
        connected();
        this.#serve(connection);
      },
      onResponse: (tookMs) => {
        // A little of each measurement, so that one slow answer opens no flood of connections.
        this.#latencyMs += (Math.max(1, tookMs) - this.#latencyMs) / 16;
      },
      onEnd: (connection) => {
        const wasConnecting = isConnecting;
        connected();
        this.#all.delete(connection);
        // The pool does not open this one again for the requests that wait: other connections may
        // serve them. Without others the requests fail.
        if (!wasConnecting) this.#openMore();
        else if (this.#all.size === 0) this.#breakAll();
      },
    });
  }

  /**
   * Answers are read first, all that have come, and then the next requests are written, all at once: the
   * kernel and the peer then have bursts to work on instead of waking up for each.
   */
  #serve(connection: Connection): void {
    this.#idle.push(connection);
    if (this.#isFlushing || this.#queued === 0) return;
    this.#isFlushing = true;
    setImmediate(() => {
      this.#isFlushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    while (this.#queued > 0) {
      const connection = this.#takeIdle();
      if (!connection) return;
      this.#start(connection, this.#shift() as Job);
    }
  }

  #shift(): Job | undefined {
    const job = this.#waiting[this.#next];
    if (!job) return undefined;
    this.#next++;
    if (this.#next === this.#waiting.length || this.#next > 4096) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
    return job;
  }

  #start(connection: Connection, job: Job): void {
    this.#watchOver();
    connection.send(job);
  }

  #watchOver(): void {
    // A process that stood still finds its timer due before it has read what came meanwhile; an immediate comes
    // after reading. Else those posts would be made again, and heard twice.
    this.#watch ??= setInterval(() => setImmediate(() => this.#cutOverdue()), WATCH_MS);
  }

  #cutOverdue(): void {
    const latest = performance.now() - this.#options.timeoutMs;
    let isBusy = this.#queued > 0;
    for (const connection of this.#all) {
      if (connection.startedAt === 0) continue;
      isBusy = true;
      if (connection.startedAt < latest) connection.destroy();
    }
    if (isBusy) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  #breakAll(): void {
    for (let job = this.#shift(); job; job = this.#shift()) job.done("broken");
  }
}
