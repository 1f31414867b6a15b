import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import WebSocket, { type ClientOptions } from "ws";

/** Longest wait for an answer of a deployment that works, cold starts included. */
const ANSWER_MS = 60_000;

/** Stock clients and plain WebSockets of one probe. */
export class Clients {
  readonly #open: { close(): unknown }[] = [];

  constructor(private readonly endpoint: string) {}

  /** A stock client, connected. */
  async stock(options: Partial<ManagerOptions & SocketOptions> = {}): Promise<Socket> {
    const { origin, pathname } = new URL(this.endpoint);
    const transports = { path: pathname, transports: ["websocket"], forceNew: true };
    const socket = io(origin, { ...transports, ...options });
    this.#open.push(socket);
    await within("a connection", new Promise<void>((resolve) => socket.once("connect", resolve)));
    return socket;
  }

  /** So many stock clients, at the same time. */
  many(count: number): Promise<Socket[]> {
    return Promise.all(Array.from({ length: count }, () => this.stock()));
  }

  /** A plain WebSocket to the stage, as Engine.IO opens one. */
  raw(options: ClientOptions = {}, endpoint = this.endpoint): RawSocket {
    const socket = new RawSocket(`${endpoint}?EIO=4&transport=websocket`, options);
    this.#open.push(socket);
    return socket;
  }

  /** A plain WebSocket that is connected to the main namespace. */
  async rawConnected(endpoint = this.endpoint): Promise<RawSocket> {
    const socket = this.raw({}, endpoint);
    await socket.frame((text) => text.startsWith("0{"));
    socket.send("40");
    await socket.frame((text) => text.startsWith("40"));
    return socket;
  }

  close(): void {
    for (const client of this.#open.splice(0)) client.close();
  }
}

/** A WebSocket with everything that it has received. */
export class RawSocket {
  readonly frames: string[] = [];
  readonly webSocket: WebSocket;
  /** Milliseconds from the start to the upgrade. */
  upgradeMs: number | undefined;
  /** Status of a refused upgrade. */
  refusedWith: number | undefined;
  /** The code of the close frame, and when it came (epoch milliseconds). */
  closed: { readonly code: number; readonly at: number } | undefined;
  readonly #changes: (() => void)[] = [];

  constructor(url: string, options: ClientOptions) {
    const start = performance.now();
    this.webSocket = new WebSocket(url, options);
    this.webSocket
      .on("open", () => {
        this.upgradeMs = performance.now() - start;
        this.#changed();
      })
      .on("message", (data) => {
        this.frames.push(data.toString());
        this.#changed();
      })
      .on("unexpected-response", (_, response) => {
        this.refusedWith = response.statusCode;
        this.webSocket.terminate();
        this.#changed();
      })
      .on("close", (code) => {
        this.closed = { code, at: Date.now() };
        this.#changed();
      })
      .on("error", () => {});
  }

  send(data: string | Buffer): void {
    this.webSocket.send(data);
  }

  /** The first frame, past or future, that fits. */
  async frame(fits: (text: string) => boolean): Promise<string> {
    await this.until("a frame", () => this.frames.some(fits));
    return this.frames.find(fits) as string;
  }

  /** Resolves when something about this socket holds; rejects when it has ended without that. */
  until(what: string, condition: () => boolean, limitMs = ANSWER_MS): Promise<void> {
    const held = new Promise<void>((resolve, reject) => {
      const check = () => {
        if (condition()) return resolve();
        if (this.closed === undefined) return void this.#changes.push(check);
        reject(new Error(`Expected ${what}, got close code ${this.closed.code}`));
      };
      check();
    });
    return within(what, held, limitMs);
  }

  close(): void {
    this.webSocket.terminate();
  }

  #changed(): void {
    for (const check of this.#changes.splice(0)) check();
  }
}

/** Rejects where an answer does not come: the probe's verdict is then `unknown`. */
export async function within<T>(what: string, promise: Promise<T>, limitMs = ANSWER_MS) {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`Expected ${what} within ${limitMs} ms, got nothing`);
    timer = setTimeout(() => reject(error), limitMs);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Asks again and again until there is an answer. */
export async function poll<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  { limitMs, stepMs = limitMs / 100 }: { readonly limitMs: number; readonly stepMs?: number },
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline)
      throw new Error(`Expected ${what} within ${limitMs} ms, got nothing`);
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
}
