import { Transport } from "engine.io-client";
import { encodePacket, type Packet } from "engine.io-parser";
import { Manager, type Socket } from "socket.io-client";
import type { ManagedResult } from "../../src/wire/managed";
import type { Gateway, WebSocketEnd } from "./gateway";
import { type Done, RETURN_MS, type Verb, type Wire, type WireOptions } from "./wire";

/** A stock client over the simulated gateway: only its transport is ours. */
export class StockWire implements Wire {
  #end: WebSocketEnd | undefined;
  #isClosed = false;
  readonly #manager: Manager;
  readonly #sockets = new Map<string, Socket>();

  constructor(gateway: Gateway, { auth, listener }: WireOptions) {
    this.#manager = new Manager("ws://simulated", {
      transports: [createTransport(gateway, (end) => (this.#end = end))],
      reconnectionDelay: 100,
      reconnectionDelayMax: 2000,
    });
    for (const [namespace, shown] of Object.entries(auth)) {
      const socket = this.#manager.socket(namespace, { auth: shown });
      this.#sockets.set(namespace, socket);
      socket.on("connect", () => {
        listener.onConnect(namespace, socket.id as string, socket.recovered);
      });
      socket.on("disconnect", (reason) => {
        const { _lastOffset: offset } = socket as unknown as { _lastOffset?: string };
        if (offset !== undefined) listener.onName(namespace, offset);
        listener.onDisconnect(namespace);
        // The server has disconnected it, after which a stock client stays away.
        const comeBack = () => !this.#isClosed && socket.connect();
        if (reason === "io server disconnect") setTimeout(comeBack, RETURN_MS);
      });
      socket.on("connect_error", () => listener.onRefused(namespace));
      socket.onAny((event: string, ...args: unknown[]) => {
        const reply = typeof args.at(-1) === "function" ? (args.pop() as Done) : undefined;
        listener.onEvent(namespace, event, args, reply);
      });
    }
  }

  get connectionId(): string | undefined {
    return this.#end?.connectionId;
  }

  emit(namespace: string, event: string, args: readonly unknown[], done?: Done): void {
    this.#socket(namespace).emit(event, ...args, ...(done ? [done] : []));
  }

  manage(namespace: string, verb: Verb, fields: object, done: Done): void {
    this.#socket(namespace).emit(`rooms:${verb}`, fields, (result: ManagedResult) => {
      if (result.status === "ok") done();
    });
  }

  leaveNamespace(namespace: string): void {
    this.#socket(namespace).disconnect();
  }

  enterNamespace(namespace: string): void {
    this.#socket(namespace).connect();
  }

  breakOff(): void {
    this.#manager.engine?.close();
  }

  close(): void {
    this.#isClosed = true;
    for (const socket of this.#sockets.values()) socket.disconnect();
    // A manager with a socket that was refused does not end by itself.
    (this.#manager as unknown as { _close(): void })._close();
  }

  #socket(namespace: string): Socket {
    return this.#sockets.get(namespace) as Socket;
  }
}

function createTransport(gateway: Gateway, onStart: (end: WebSocketEnd) => void) {
  return class extends Transport {
    #end: WebSocketEnd | undefined;

    get name(): string {
      return "websocket";
    }

    doOpen(): void {
      const query = Object.entries(this.query).map(([name, value]) => [name, String(value)]);
      this.#end = gateway.connect(Object.fromEntries(query), {
        onOpen: () => this.onOpen(),
        onText: (text) => this.onData(text),
        onClose: (code) => this.onClose({ description: "closed", context: { code } } as never),
      });
      onStart(this.#end);
    }

    doClose(): void {
      this.#end?.close();
    }

    write(packets: Packet[]): void {
      this.writable = false;
      for (const packet of packets) {
        encodePacket(packet, false, (text) => this.#end?.send(text as string));
      }
      // As the stock transport does, so that the caller can note what it has written.
      process.nextTick(() => {
        this.writable = true;
        this.emitReserved("drain");
      });
    }
  };
}
