import type { EventEmitter } from "node:events";
import type { MemoryHost, MemoryReference, MemorySocket } from "../ports";
import type { Closures } from "./closures";
import type { Decoder } from "./decode";
import { propertiesOf } from "./decode-collections";
import type { Encoder } from "./encode";
import { fillProperties } from "./fill";
import { listenersOf } from "./kinds";
import { listenerText, stringText } from "./leaves";
import type { Root } from "./losses";
import { type Node, newEntry } from "./nodes";
import type { Closure } from "./scopes";
import { get } from "./walk";

/** Objects of a socket that the host keeps, and whose identity matters: `users.set(id, socket.data)`. */
const PARTS = ["data", "handshake"] as const;

interface Entered {
  readonly socket: MemorySocket;
  /** Socket.IO's own properties. */
  readonly before: ReadonlySet<string>;
  readonly middlewares: () => readonly unknown[];
}

/** What the application adds to sockets: listeners and properties. */
export class Sockets {
  readonly #sockets = new Map<MemoryReference, Entered>();
  readonly #departed = new WeakMap<object, Entered>();

  constructor(private readonly closures: Closures) {}

  enter(
    reference: MemoryReference,
    socket: MemorySocket,
    middlewares: () => readonly unknown[] = () => [],
  ): void {
    const before = new Set(Object.keys(socket));
    this.#sockets.set(reference, { socket, before, middlewares });
  }

  leave(reference: MemoryReference): void {
    const entered = this.#sockets.get(reference);
    if (entered) this.#departed.set(entered.socket, entered);
    this.#sockets.delete(reference);
  }

  references(): Iterable<MemoryReference> {
    return this.#sockets.keys();
  }

  isEntered(reference: MemoryReference): boolean {
    return this.#sockets.has(reference);
  }

  /** What a socket that has left looked like before the application added to it. */
  departed(socket: object): Entered | undefined {
    return this.#departed.get(socket);
  }

  part(reference: MemoryReference, name: string, resolve: (r: string) => object | undefined) {
    const socket = this.#sockets.get(reference)?.socket ?? resolve(reference);
    return socket && get(socket, name);
  }

  /** Gives each object of a socket a text by which others refer to it. */
  *parts(): Generator<readonly [object, string]> {
    for (const [reference, { socket }] of this.#sockets) {
      for (const name of PARTS) {
        const part = get(socket, name);
        if (typeof part === "object" && part !== null) {
          yield [part, `["p",${stringText(reference)},"${name}"]`];
        }
      }
    }
  }

  write(reference: MemoryReference, encoder: Encoder): void {
    const entered = this.#sockets.get(reference);
    if (!entered) return;
    encoder.entries.write(`s:${reference}`, () => {
      const { socket, middlewares } = entered;
      const own = encoder.named(socket, namesOf(entered));
      const compiled = listenersOf(socket as EventEmitter).filter(([, fn]) => this.#isKept(fn));
      const listeners = listenerText(compiled, (fn) => encoder.value(fn));
      const others = [listed(socket, "listenersAny"), listed(socket, "listenersAnyOutgoing")];
      const lists = [...others, middlewares()].map(
        (list) =>
          `[${list
            .filter((fn) => this.#isKept(fn))
            .map((fn) => encoder.value(fn))
            .join()}]`,
      );
      return `[${own},${listeners},${lists.join()}]`;
    });
    this.#writeData(reference, entered.socket, encoder);
  }

  /** `socket.data` is the host's, as JSON; what that leaves out is kept here. */
  #writeData(reference: MemoryReference, socket: MemorySocket, encoder: Encoder): void {
    const data = dataOf(socket);
    if (!data) return;
    encoder.entries.write(`d:${reference}`, () => encoder.beyondJson(data));
  }

  /** A socket that has left and is held by a variable keeps its properties. */
  writeDeparted(reference: MemoryReference, socket: object, encoder: Encoder): void {
    const entered = this.#departed.get(socket) as Entered;
    if (encoder.entries.texts.has(`g:${reference}`)) return;
    const data = dataOf(socket) ?? {};
    encoder.entries.write(`g:${reference}`, () => {
      const own = encoder.named(socket, namesOf(entered));
      return `[${own},${encoder.named(data, Object.keys(data))}]`;
    });
  }

  restoreDeparted(
    reference: MemoryReference,
    text: string,
    decoder: Decoder,
    host: Pick<MemoryHost, "resolve">,
  ): void {
    const socket = host.resolve(reference) as MemorySocket | undefined;
    if (!socket) return;
    const before = new Set(Object.keys(socket));
    this.#departed.set(socket, { socket, before, middlewares: () => [] });
    const [own, data] = JSON.parse(text) as readonly [Node, Node];
    const entry = newEntry();
    fillProperties(socket, propertiesOf(decoder, own, entry), false);
    const target = dataOf(socket);
    if (target) fillProperties(target, propertiesOf(decoder, data, entry), true);
  }

  /** Where values of sockets are reached from. */
  *roots(): Generator<Root> {
    for (const entered of this.#sockets.values()) {
      const { socket } = entered;
      yield { path: "socket.data", place: "", value: get(socket, "data") };
      for (const name of namesOf(entered)) {
        yield { path: `socket.${name}`, place: "", value: get(socket, name) };
      }
      for (const [event, value] of listenersOf(socket as EventEmitter)) {
        yield { path: `the listener for ${String(event)}`, place: "", value };
      }
    }
  }

  /** Listeners of packages are there again when their connection handler has run. */
  #isKept(fn: unknown): boolean {
    return typeof fn === "function" && this.closures.has(fn);
  }

  restoreData(reference: MemoryReference, text: string, decoder: Decoder): void {
    const socket = this.#sockets.get(reference)?.socket;
    const data = socket && dataOf(socket);
    if (data) fillProperties(data, propertiesOf(decoder, JSON.parse(text), newEntry()), true);
  }

  restore(reference: MemoryReference, text: string, decoder: Decoder): void {
    const entered = this.#sockets.get(reference);
    if (!entered) return;
    const { socket } = entered;
    const [own, listeners, any, outgoing, uses] = JSON.parse(text) as readonly [
      { readonly [name: string]: Node },
      ...(readonly Node[])[],
    ];
    const entry = newEntry();
    fillProperties(socket, propertiesOf(decoder, own, entry), false);
    decoder.fillListeners(socket as EventEmitter, listeners as readonly Node[], entry);
    const call = (name: string, list: readonly Node[] = []) => {
      for (const node of list) {
        const fn = decoder.value(node, entry);
        if (typeof fn === "function") (get(socket, name) as (fn: Closure) => void).call(socket, fn);
      }
    };
    call("onAny", any);
    call("onAnyOutgoing", outgoing);
    call("use", uses);
  }
}

/** `socket.data`, unless the application has put no object there. */
function dataOf(socket: object): object | undefined {
  const data = get(socket, "data");
  return typeof data === "object" && data !== null ? data : undefined;
}

/** The properties that the application has added. */
function namesOf({ socket, before }: Entered): string[] {
  return Object.keys(socket).filter((name) => !before.has(name) && !isPart(name));
}

/** Socket.IO gives a socket that has left a `join` that does nothing (socket.io 4.8.4, `Socket._cleanup`). */
function isPart(name: string): boolean {
  return name === "join" || (PARTS as readonly string[]).includes(name);
}

function listed(socket: MemorySocket, name: "listenersAny" | "listenersAnyOutgoing"): unknown[] {
  return socket[name]?.() ?? [];
}
