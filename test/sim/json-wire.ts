import type { Message } from "../../src/protocols/json/message-schemas";
import type { Gateway, WebSocketEnd } from "./gateway";
import { type Done, RETURN_MS, type Verb, type Wire, type WireOptions } from "./wire";

/** After so long without what was asked for, a client tries again from the start. */
const PATIENCE_MS = 60_000;

/** Below all that there ever were. */
const LOWEST_OFFSET = "0".repeat(17);

interface Recoverable {
  readonly pid?: string | undefined;
  readonly offset?: string | undefined;
}

/** A client of JSON actions, as docs/protocol.md describes them. */
export class JsonWire implements Wire {
  #end: WebSocketEnd | undefined;
  #isClosed = false;
  #isOpen = false;
  #id = 0;
  #patience: NodeJS.Timeout | undefined;
  readonly #connected = new Set<string>();
  readonly #waiting = new Map<number, Done>();
  readonly #recoverable = new Map<string, Recoverable>();

  constructor(
    private readonly gateway: Gateway,
    private readonly options: WireOptions,
  ) {
    this.#open();
  }

  get connectionId(): string | undefined {
    return this.#end?.connectionId;
  }

  emit(namespace: string, event: string, args: readonly unknown[], done?: Done): void {
    this.#act({ action: "emit", namespace, event, args }, done);
  }

  manage(namespace: string, verb: Verb, fields: object, done: Done): void {
    this.#act({ action: verb, namespace, ...fields }, done);
  }

  leaveNamespace(namespace: string): void {
    this.#act({ action: "disconnect", namespace });
    this.#recoverable.delete(namespace);
    if (this.#connected.delete(namespace)) this.options.listener.onDisconnect(namespace);
  }

  enterNamespace(namespace: string): void {
    const { pid, offset: seen } = this.#recoverable.get(namespace) ?? {};
    const offset = this.options.isGreedy ? LOWEST_OFFSET : seen;
    const recover = pid && offset ? { recover: { pid, offset } } : {};
    if (pid && offset) this.options.listener.onName(namespace, offset);
    this.#act({ action: "connect", namespace, auth: this.options.auth[namespace], ...recover });
  }

  breakOff(): void {
    this.#end?.close();
    this.#lost();
  }

  close(): void {
    this.#isClosed = true;
    this.breakOff();
  }

  #open(): void {
    const end = this.gateway.connect(
      { namespace: "" },
      {
        onOpen: () => {
          this.#isOpen = true;
          for (const namespace of Object.keys(this.options.auth)) this.enterNamespace(namespace);
        },
        onText: (text) => this.#receive(JSON.parse(text) as Message),
        onClose: () => {
          if (this.#end === end) this.#lost();
        },
      },
    );
    this.#end = end;
    this.#patience = setTimeout(() => {
      if (this.#connected.size === 0) this.breakOff();
    }, PATIENCE_MS);
  }

  #lost(): void {
    if (!this.#end) return;
    clearTimeout(this.#patience);
    this.#end = undefined;
    this.#isOpen = false;
    this.#waiting.clear();
    for (const namespace of this.#connected) this.options.listener.onDisconnect(namespace);
    this.#connected.clear();
    if (!this.#isClosed) setTimeout(() => this.#open(), 100 + Math.random() * 1000);
  }

  #act(action: Readonly<Record<string, unknown>>, done?: Done): void {
    if (!this.#isOpen) return;
    const id = ++this.#id;
    if (done) this.#waiting.set(id, done);
    this.#end?.send(JSON.stringify({ ...action, ...(done && { id }) }));
  }

  #receive(message: Message): void {
    const { listener } = this.options;
    if ("offset" in message && message.offset !== undefined) this.#noteOffset(message);
    switch (message.type) {
      case "connect":
        this.#connected.add(message.namespace);
        this.#recoverable.set(message.namespace, {
          ...(message.recovered ? this.#recoverable.get(message.namespace) : {}),
          pid: message.pid,
        });
        return listener.onConnect(message.namespace, message.id, message.recovered ?? false);
      case "disconnect":
        if (this.#connected.delete(message.namespace)) this.#comeBack(message.namespace);
        return;
      case "event":
        return this.#hear(message);
      case "ack":
        return this.#finish(message.id as number, message.args);
      case "error":
        if (message.code === "connect_error") listener.onRefused(message.namespace as string);
        return;
    }
  }

  /** The server has disconnected it. It asks for its session all the same. */
  #comeBack(namespace: string): void {
    const end = this.#end;
    this.options.listener.onDisconnect(namespace);
    setTimeout(() => {
      if (this.#end === end && !this.#connected.has(namespace)) this.enterNamespace(namespace);
    }, RETURN_MS);
  }

  /** An action that was delivered again is answered again. */
  #finish(id: number, args: readonly unknown[]): void {
    const done = this.#waiting.get(id);
    this.#waiting.delete(id);
    done?.(...args);
  }

  #hear({ namespace, event, args, ack }: Extract<Message, { type: "event" }>): void {
    const reply =
      ack === undefined
        ? undefined
        : (value: unknown) => this.#act({ action: "ack", namespace, ack, args: [value] });
    this.options.listener.onEvent(namespace, event, args, reply);
  }

  #noteOffset({ namespace, offset }: { namespace: string; offset?: string | undefined }): void {
    const known = this.#recoverable.get(namespace);
    this.#recoverable.set(namespace, { ...known, offset });
  }
}
