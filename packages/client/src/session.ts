import { RoomsError } from "./error";
import { Link } from "./link";
import { Listeners } from "./listeners";
import { type Message, VERSION } from "./messages";
import { type Action, Outbox } from "./outbox";
import { readToken, renewAfterMs } from "./token";
import type { Options, Status, WebSocketClass } from "./types";

/** The id of the action that enters the namespace; all others have numbers. */
const ENTER = "enter";
const CHECK_MS = 10_000;
/** Another try may succeed where these refused. */
const PASSING = new Set(["unavailable", "internal", "too_fast"]);

/** What listeners of the client itself hear; names of the application's events have a prefix. */
export const STATUS = "status";
export const ERROR = "error";

/** One namespace over one connection after the other: enters it, goes on in it, and knows what has been missed. */
export class Session {
  status: Status = "idle";
  id: string | undefined;
  recovered = false;
  error: RoomsError | undefined;
  readonly listeners = new Listeners();
  readonly outbox: Outbox;
  /** The rooms that the client has joined: a new session joins them again. */
  readonly rooms = new Set<string>();
  #link: Link | undefined;
  readonly #namespace: string;
  #token: string | undefined;
  #pid: string | undefined;
  #offset: string | undefined;
  #renewal: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly url: string,
    private readonly options: Options,
    private readonly hear: (message: Message) => void,
  ) {
    this.#namespace = options.namespace ?? "/";
    this.outbox = new Outbox(options.bufferSize ?? 100, options.timeoutMs ?? 20_000);
  }

  open(): void {
    if (this.status !== "idle" && this.status !== "closed") return;
    const link = this.#createLink();
    this.#link = link;
    this.#change("connecting", undefined);
    link.start();
  }

  #createLink(): Link {
    const { options } = this;
    const backoff = {
      minMs: options.reconnectDelayMs ?? 1_000,
      maxMs: options.reconnectDelayMaxMs ?? 5_000,
      jitter: options.jitter ?? 0.5,
    };
    const connectTimeoutMs = options.connectTimeoutMs ?? 20_000;
    const webSocket = options.WebSocket ?? globalWebSocket();
    return new Link(
      { url: targetOf(this.url), webSocket, connectTimeoutMs, backoff },
      {
        prepare: () => this.#prepare(),
        opened: () => this.#enter(),
        message: (text) => this.#read(JSON.parse(text)),
        down: (error) => this.#down(error),
        doubted: () => this.#check(),
      },
    );
  }

  close(): void {
    if (this.status === "connected") this.#send({ action: "disconnect" });
    this.#end("idle", undefined);
  }

  /** Sends what waits, if there is a connection. */
  flush(): void {
    if (this.status === "connected") this.outbox.flush((text) => this.#link?.send(text));
  }

  /** Names the namespace. `action` comes first: API Gateway tells an ack by how its frame begins. */
  act(action: Action): Action {
    return { ...action, namespace: this.#namespace };
  }

  report(error: RoomsError): void {
    this.error = error;
    if (!this.listeners.call(ERROR, error)) console.warn(`Lambda Rooms: ${error.message}`);
  }

  /** Puts a new token in the place of the old one. */
  async renew(token?: string): Promise<void> {
    const fresh = token ?? (await readToken(this.options.token)) ?? "";
    const asked = this.outbox.ask(this.act({ action: "renew", token: fresh }), {
      isRepeatable: true,
    });
    this.flush();
    await asked;
    this.#token = fresh;
    this.#planRenewal();
  }

  async #prepare(): Promise<void> {
    try {
      this.#token = await readToken(this.options.token);
    } catch (error) {
      throw new RoomsError("token", `Cannot connect: ${(error as Error)?.message ?? error}`);
    }
  }

  #enter(): void {
    const { pid = "", offset = "" } = { pid: this.#pid, offset: this.#offset };
    const token = this.#token === undefined ? {} : { token: this.#token };
    this.#send({
      action: "connect",
      id: ENTER,
      auth: { ...this.options.auth, ...token },
      ...(pid && offset ? { recover: { pid, offset } } : {}),
    });
  }

  #send(action: Action): void {
    this.#link?.send(JSON.stringify(this.act(action)));
  }

  #read(message: Message): void {
    if ("offset" in message) this.#offset = message.offset;
    if (message.type === "connect") this.#entered(message);
    else if (message.type === "error") this.#failed(message);
    else if (message.type === "ack") this.outbox.answer(message.id, message.args);
    else if (message.type === "pong") this.outbox.answer(message.id, []);
    else if (message.type === "disconnect")
      this.#end("closed", new RoomsError("closed", "The server has disconnected this socket"));
    else this.hear(message);
  }

  #entered({ version, id, pid, ...rest }: Message & { type: "connect" }): void {
    if (version !== VERSION) {
      const message = `Cannot connect: expected version ${VERSION} of the protocol, got ${version}`;
      return this.#end("closed", new RoomsError("version", message));
    }
    const recovered = rest.recovered === true;
    this.id = id;
    this.recovered = recovered;
    this.#pid = pid;
    if (!recovered) this.#offset = undefined;
    this.#link?.settle();
    this.#planRenewal();
    if (!recovered) for (const room of this.rooms) this.#rejoin(room);
    this.#change("connected", undefined);
    this.flush();
  }

  /** Not by way of the outbox: it comes before what waits there. */
  #rejoin(room: string): void {
    this.#send({ action: "join", room, id: `join ${room}` });
  }

  #failed({ id, code, message, data }: Message & { type: "error" }): void {
    const error = new RoomsError(code, message, data);
    if (id === ENTER) return this.#refused(error);
    if (this.outbox.fail(id, error)) return;
    if (typeof id === "string" && id.startsWith("join ")) this.rooms.delete(id.slice(5));
    this.report(error);
  }

  #refused(error: RoomsError): void {
    const code = (error.data as { code?: string } | undefined)?.code ?? error.code;
    const isPassing = PASSING.has(code);
    // The next connection asks for another.
    const isOld = code === "token_expired" && typeof this.options.token === "function";
    if (isPassing || isOld) this.#link?.restart(error);
    else this.#end("closed", error);
  }

  #down(error?: RoomsError): void {
    clearTimeout(this.#renewal);
    this.outbox.interrupt();
    const message = "Cannot reach the server, or the connection to it ended";
    this.#change("connecting", error ?? new RoomsError("unreachable", message));
  }

  #end(status: "idle" | "closed", error: RoomsError | undefined): void {
    this.#link?.stop();
    clearTimeout(this.#renewal);
    this.#pid = undefined;
    this.#offset = undefined;
    if (status === "idle") this.rooms.clear();
    this.outbox.failAll(error ?? new RoomsError("closed", "The client was closed"));
    this.#change(status, error);
    if (error) this.report(error);
  }

  #change(status: Status, error: RoomsError | undefined): void {
    this.error = error;
    const hasChanged = this.status !== status;
    this.status = status;
    if (status !== "connected") this.id = undefined;
    if (hasChanged || error) this.listeners.call(STATUS, status);
  }

  #check(): void {
    if (this.status !== "connected") return;
    const lost = () => this.#link?.restart();
    this.outbox
      .ask({ action: "ping" }, { timeoutMs: CHECK_MS })
      .catch(({ code }: RoomsError) => code === "timeout" && lost());
    this.flush();
  }

  #planRenewal(): void {
    clearTimeout(this.#renewal);
    if (typeof this.options.token !== "function" || this.#token === undefined) return;
    const ms = renewAfterMs(this.#token, Date.now());
    if (ms === undefined) return;
    this.#renewal = setTimeout(() => {
      this.renew().catch((error) => {
        this.report(error);
        this.#planRenewal();
      });
    }, ms);
  }
}

/** Joins no namespace: the token goes with the action that enters, where no proxy sees it. */
function targetOf(url: string): string {
  const { location } = globalThis as { location?: { href: string } };
  const target = new URL(url, location?.href);
  target.protocol = target.protocol.replace("http", "ws");
  target.searchParams.set("namespace", "");
  return target.href;
}

function globalWebSocket(): WebSocketClass {
  const { WebSocket: found } = globalThis as { WebSocket?: WebSocketClass };
  if (found) return found;
  throw new TypeError(
    "Cannot connect: expected a global WebSocket, got none; give the class of the package ws as the option WebSocket",
  );
}
