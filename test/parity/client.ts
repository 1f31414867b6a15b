import { Manager, type Socket } from "socket.io-client";
import type { Auth, PlainEvent } from "./language";

/** Something that a client noticed, such as `["event", "news", 1]`. */
export type Entry = readonly [kind: string, ...details: unknown[]];
/** Notes an entry under the client's name and namespace. */
export type Recorder = (endpoint: string, entry: Entry) => void;

/** With a patience of 1: longer than any client waits for what comes. */
const NEVER_MS = 15_000;

/** A stock client with one connection for all of its namespaces. */
export class ParityClient {
  silent = false;
  readonly #manager: Manager;
  readonly #sockets = new Map<string, Socket>();

  constructor(
    readonly name: string,
    endpoint: { readonly url: string; readonly path: string },
    private readonly record: Recorder,
    private readonly nameId: (id: string, name: string) => void,
    private readonly recovers: boolean,
    private readonly patience: number,
  ) {
    this.#manager = new Manager(endpoint.url, {
      path: endpoint.path,
      transports: ["websocket"],
      autoConnect: false,
      reconnection: false,
      // API Gateway closes a connection that sends a binary frame.
      forceBase64: true,
    });
  }

  /** The namespaces in which the client takes itself to be. */
  get connected(): string[] {
    return [...this.#sockets].flatMap(([name, socket]) => (socket.connected ? [name] : []));
  }

  get isOpen(): boolean {
    return (this.#manager.engine?.readyState ?? "closed") !== "closed";
  }

  idIn(namespace: string): string | undefined {
    const socket = this.#sockets.get(namespace);
    return socket?.connected ? socket.id : undefined;
  }

  /** Resolves when the server has let it in or refused. */
  async connect(namespace: string, auth: Auth): Promise<void> {
    const known = this.#sockets.get(namespace);
    const socket = known ?? this.#manager.socket(namespace, { auth: {} });
    if (!known) this.#listen(namespace, socket);
    this.#sockets.set(namespace, socket);
    socket.auth = { ...auth };
    // A stock client takes up all namespaces of a lost connection at once. The reference lets them in
    // at the same time and a lane one after the other, so which is first would be chance.
    for (const other of this.#sockets.values()) if (!other.connected) other.disconnect();
    const answered = nextAnswer(socket);
    socket.connect();
    await this.#orNever(namespace, answered);
  }

  leave(namespace: string): void {
    this.#sockets.get(namespace)?.disconnect();
  }

  /** Closes the WebSocket without leaving any namespace first. */
  close(): void {
    this.#manager.engine?.close();
  }

  emit(namespace: string, events: readonly (readonly [PlainEvent, ...unknown[]])[]): void {
    for (const [event, ...args] of events) this.#sockets.get(namespace)?.emit(event, ...args);
  }

  /** Asks and records the answer. */
  async request(namespace: string, event: string, ...args: unknown[]): Promise<void> {
    const socket = this.#sockets.get(namespace) as Socket;
    const asked = new Promise<Entry>((resolve) => {
      socket.emitWithAck(event, ...args).then(
        (...answer) => resolve(["answer", ...answer]),
        (error: Error) => resolve(["no answer", error.message]),
      );
    });
    await this.#orNever(
      namespace,
      asked.then((entry) => this.#note(namespace, entry)),
    );
  }

  async barrier(): Promise<void> {
    const asked = this.connected.map((name) =>
      (this.#sockets.get(name) as Socket).emitWithAck("barrier").catch(() => {}),
    );
    await Promise.all(asked);
  }

  #listen(namespace: string, socket: Socket): void {
    let connects = 0;
    socket.on("connect", () => {
      this.nameId(socket.id as string, `<${this.name} ${namespace} ${++connects}>`);
      this.#note(namespace, ["connect", socket.recovered]);
    });
    socket.on("connect_error", ({ message, data }: Error & { data?: unknown }) =>
      this.#note(namespace, ["connect_error", message, data, socket.active]),
    );
    socket.on("disconnect", (reason) => this.#note(namespace, ["disconnect", reason]));
    socket.onAny((event: string, ...args: unknown[]) => {
      const asks = typeof args.at(-1) === "function";
      // With recovery, what asks for no answer ends in an offset.
      const hasMore = asks || this.recovers;
      this.#note(namespace, ["event", event, ...(hasMore ? args.slice(0, -1) : args)]);
      if (!asks || this.silent) return;
      (args.at(-1) as (...answer: unknown[]) => void)(`${this.name} answers`, "and more");
    });
  }

  #note(namespace: string, entry: Entry): void {
    this.record(`${this.name} ${namespace}`, entry);
  }

  async #orNever(namespace: string, awaited: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const never = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#note(namespace, ["nothing came"]);
        resolve();
      }, NEVER_MS * this.patience);
    });
    await Promise.race([awaited, never]);
    clearTimeout(timer);
  }
}

/** Resolves when the server has let a socket in or refused it. */
function nextAnswer(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("connect", resolve);
    socket.once("connect_error", () => resolve());
  });
}
