import { Namespace, Server, Socket } from "socket.io";
import { currentContext } from "../context/event-context";
import { logWarning } from "../log";
import type { MemoryHost, MemoryLoss, MemoryReference } from "../ports";
import { connectionOf } from "./address";
import { deadClient } from "./client";
import { serverInternals, socketInternals } from "./internals";
import { askedBy } from "./noted-acks";
import { findOperatorClass } from "./operators";

type Names = readonly (string | number)[];
/** By its kind: a server, a namespace, a socket, an ack of an event, an operator. */
type Reference =
  | readonly ["io"]
  | readonly ["namespace", string]
  | readonly ["socket", namespace: string, id: string]
  | readonly ["ack", namespace: string, id: string, ack: unknown, isGiven?: true]
  | readonly ["operator", namespace: string, Names, Names, object];

/** The host as an application's memory sees it: what is Socket.IO's goes by name, and is found again by it. */
export class References implements MemoryHost {
  readonly #Operator = findOperatorClass();
  readonly #named = new Set<string>();
  /** Sockets that have left, made again. */
  readonly #left = new Map<string, Socket>();
  /** Acks and operators, made again: several variables may hold one. */
  readonly #made = new Map<MemoryReference, object>();
  #io: Server | undefined;

  /** @param hasNoTimers see `MemoryHost` */
  constructor(readonly hasNoTimers = false) {}

  /** Call once the application has made its server. */
  bind(io: Server): void {
    this.#io = io;
  }

  referenceTo(value: object): MemoryReference | undefined {
    const reference = this.#describe(value);
    return reference && JSON.stringify(reference);
  }

  resolve(text: MemoryReference): object | undefined {
    const [kind, name = "", ...more] = JSON.parse(text) as [Reference[0], string?, ...unknown[]];
    if (kind === "io") return this.#io;
    const namespace = this.#io && serverInternals(this.#io)._nsps.get(name);
    if (!namespace) return undefined;
    if (kind === "namespace") return namespace;
    if (kind === "socket") return this.#socket(namespace, more[0] as string);
    const known = this.#made.get(text);
    const socket = known && askedBy(known)?.socket;
    if (known && (!socket || socket === this.#socket(namespace, socket.id))) return known;
    const made = this.#make(kind, namespace, more);
    this.#made.set(text, made);
    return made;
  }

  #make(kind: "ack" | "operator", namespace: Namespace, more: readonly unknown[]): object {
    if (kind === "operator") {
      const [rooms, except, flags] = more as [string[], string[], object];
      return new this.#Operator(namespace.adapter, new Set(rooms), new Set(except), flags);
    }
    const [id, ack, isGiven] = more as [string, unknown, true?];
    const callback = socketInternals(this.#socket(namespace, id)).ack(ack);
    const asked = askedBy(callback);
    if (asked && isGiven) asked.isGiven = true;
    return callback;
  }

  #socket(namespace: Namespace, id: string): Socket {
    return namespace.sockets.get(id) ?? this.#makeLeft(namespace, id);
  }

  ownerOf(value: object): string | undefined {
    const socket = value instanceof Socket ? value : askedBy(value)?.socket;
    const isLeft = socket && this.#left.get(keyOf(socket.nsp, socket.id)) === socket;
    return socket && !isLeft ? connectionOf(socket).record.id : undefined;
  }

  /** What was made again is made anew when the next connection holds it. */
  forgetLeft(): void {
    this.#left.clear();
    this.#made.clear();
  }

  now(): number {
    return Date.now();
  }

  begin(label: string): () => void {
    return currentContext().begin(label);
  }

  lost({ path, reason, place }: MemoryLoss): void {
    const key = `${place} ${path}`;
    if (this.#named.has(key)) return;
    this.#named.add(key);
    logWarning(`${path} cannot be kept: another container will not have it`, { reason, place });
  }

  #describe(value: object): Reference | undefined {
    if (value instanceof Server) return ["io"];
    if (value instanceof Namespace) return ["namespace", value.name];
    if (value instanceof Socket) return ["socket", value.nsp.name, value.id];
    const asked = askedBy(value);
    if (asked) {
      const { socket, id, isGiven } = asked;
      const reference = ["ack", socket.nsp.name, socket.id, id] as const;
      return isGiven ? [...reference, true] : reference;
    }
    if (!(value instanceof this.#Operator)) return undefined;
    const { adapter, rooms, exceptRooms, flags } = value as unknown as {
      readonly adapter: { readonly nsp: Namespace };
      readonly rooms: Iterable<string>;
      readonly exceptRooms: Iterable<string>;
      readonly flags: object;
    };
    return ["operator", adapter.nsp.name, [...rooms], [...exceptRooms], { ...flags }];
  }

  /** As Socket.IO leaves it: disconnected, in no room, and what it sends goes nowhere. */
  #makeLeft(namespace: Namespace, id: string): Socket {
    const key = keyOf(namespace, id);
    const known = this.#left.get(key);
    if (known) return known;
    const client = deadClient(this.#io as Server);
    const session = { sid: id, pid: "", rooms: [], data: {}, missedPackets: [] };
    const socket = new Socket(namespace, client as never, {}, session);
    socketInternals(socket).connected = false;
    connectionOf(socket).readyState = "closed";
    this.#left.set(key, socket);
    return socket;
  }
}

function keyOf(namespace: Namespace, id: string): string {
  return `${namespace.name} ${id}`;
}
