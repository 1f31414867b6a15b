import { PASSWORD, Places } from "./app";
import type { Counted } from "./check-counts";
import { type Order, stillThere } from "./orders";
import { type Acknowledged, EVERYONE, type Heard, type Said, type Stay, show } from "./said";
import type { Wire, WireListener } from "./wire";

/** A session that went on over another connection. */
export interface Return {
  readonly namespace: string;
  readonly socketId: string;
  readonly by: string;
  /** When its connection before was lost. */
  readonly lostAt: number;
  /** When the client learned that it goes on. */
  readonly connectedAt: number;
}

/** A socket, as its client knows it. */
interface Presence {
  readonly socketId: string;
  readonly since: number;
  readonly rooms: Map<string, Stay>;
  /** When its connection was lost last. */
  readonly lostAt?: number;
}

export interface TalkerOptions {
  readonly name: string;
  readonly isAdmitted: boolean;
  /** When it comes back, it asks for all that it may get. */
  readonly isGreedy: boolean;
  readonly rooms: Readonly<Record<string, readonly string[]>>;
  readonly now: () => number;
}

/** A client that is in rooms, talks there, and remembers what it heard. */
export class Talker implements WireListener {
  wire: Wire | undefined;
  readonly heard: Heard[] = [];
  /** What it said and the server acknowledged. */
  readonly acknowledged: Acknowledged[] = [];
  /** What it heard or was let into against the rules. */
  readonly violations: string[] = [];
  /** Every socket that it has been, with the connections over which it was. */
  readonly sockets = new Map<string, { readonly namespace: string; connections: Set<string> }>();
  readonly returns: Return[] = [];
  /** The offsets that it has named to come back, by namespace: the last that it had seen, if it is honest. */
  readonly named = new Map<string, Set<string>>();
  readonly orders: Order[] = [];
  /** What the server has answered of the variable of a socket. */
  readonly counted: Counted[] = [];
  answers = 0;
  readonly #counts = new Map<string, number>();
  readonly #present = new Map<string, Presence>();
  readonly #away = new Map<string, Presence>();
  #n = 0;

  constructor(readonly options: TalkerOptions) {}

  get name(): string {
    return this.options.name;
  }

  /** The namespaces to which it is connected, with its sockets there. */
  get present(): ReadonlyMap<string, { readonly socketId: string; readonly since: number }> {
    return this.#present;
  }

  /** The socket that it is or, while it is away, has been last. */
  sessionIn(namespace: string): Presence | undefined {
    return this.#present.get(namespace) ?? this.#away.get(namespace);
  }

  /** The rooms in which it knows to be, or to have been before others took it out of them. */
  roomsIn(namespace: string): string[] {
    const rooms = this.#present.get(namespace)?.rooms ?? new Map<string, Stay>();
    return [...rooms].filter(([, { since }]) => since !== undefined).map(([room]) => room);
  }

  /** Since when it has been where something was said without interruption. */
  since(namespace: string, room: string): number | undefined {
    const presence = this.#present.get(namespace);
    return room === EVERYONE ? presence?.since : presence?.rooms.get(room)?.since;
  }

  /** Whether it is wherever it wants to be. */
  get isSettled(): boolean {
    return Object.entries(this.options.rooms).every(([namespace, rooms]) => {
      if (namespace === Places.guarded && !this.options.isAdmitted) return true;
      return rooms.every((room) => {
        const stay = this.#present.get(namespace)?.rooms.get(room);
        return stay?.since !== undefined || stay?.leftAt !== undefined;
      });
    });
  }

  static authOf({ rooms, isAdmitted }: TalkerOptions): Record<string, Record<string, unknown>> {
    const password = isAdmitted ? PASSWORD : "nothing";
    return Object.fromEntries(Object.keys(rooms).map((namespace) => [namespace, { password }]));
  }

  join(namespace: string, room: string): void {
    const presence = this.#present.get(namespace);
    if (!presence) return;
    const before = presence.rooms.get(room);
    // What it has asked for may have been done, unless it knows to have left since.
    const begunAt = this.options.now();
    const askedAt = before && before.leftAt === undefined ? before.askedAt : begunAt;
    const stay: Stay = { askedAt, begunAt };
    presence.rooms.set(room, stay);
    const done = () => {
      if (presence.rooms.get(room) === stay) stay.since = this.options.now();
    };
    if (namespace === Places.managed) this.wire?.manage(namespace, "join", { room }, done);
    else this.wire?.emit(namespace, "join", [room], done);
  }

  leave(namespace: string, room: string): void {
    const stay = this.#present.get(namespace)?.rooms.get(room);
    if (stay?.since === undefined) return;
    // From here on it may or may not hear what is said.
    delete stay.since;
    const done = () => {
      stay.leftAt = this.options.now();
    };
    if (namespace === Places.managed) this.wire?.manage(namespace, "leave", { room }, done);
    else this.wire?.emit(namespace, "leave", [room], done);
  }

  say(namespace: string, room: string): void {
    if (this.since(namespace, room) === undefined) return;
    const said: Said = {
      ...{ namespace, room, sender: this.name, n: ++this.#n },
      ...{ connection: this.wire?.connectionId ?? "", at: this.options.now() },
    };
    const done = () => void this.acknowledged.push({ ...said, doneAt: this.options.now() });
    if (namespace === Places.managed) {
      this.wire?.manage(namespace, "send", { room, event: "said", args: [said] }, done);
    } else if (room === EVERYONE) this.wire?.emit(namespace, "say to all", [said], done);
    else this.wire?.emit(namespace, "say", [room, said], done);
  }

  /** Lets the application act on a room; any client may, over its socket in the open namespace. */
  give(order: Order): void {
    if (!this.#present.has(Places.open)) return;
    this.orders.push(order);
    const { what, namespace, room, except } = order;
    this.wire?.emit(Places.open, "order", [{ what, namespace, room, except }], () => {
      order.doneAt = this.options.now();
      order.targets = stillThere(order);
    });
  }

  /** Lets its socket change a variable that belongs to it, and hears its value. */
  count(namespace: string): void {
    const socket = this.#present.get(namespace);
    const connection = this.wire?.connectionId;
    if (!socket || connection === undefined || namespace === Places.managed) return;
    const life = `${socket.socketId} ${connection}`;
    const place = (this.#counts.get(life) ?? 0) + 1;
    this.#counts.set(life, place);
    const hear = (_: unknown, count: unknown) =>
      void this.counted.push({ life, connection, place, count: count as number });
    // The first registers the listener for the others.
    this.wire?.emit(namespace, place % 2 === 1 ? "count" : "count more", [place], hear);
  }

  ask(namespace: string): void {
    if (!this.#present.has(namespace) || namespace === Places.managed) return;
    const n = ++this.#n;
    this.wire?.emit(namespace, "ask me", [n], (answer) => {
      this.answers++;
      if (answer !== n) this.violations.push(`${this.name} asked ${n} and was told ${answer}`);
    });
  }

  onConnect(namespace: string, socketId: string, recovered: boolean): void {
    if (namespace === Places.guarded && !this.options.isAdmitted) {
      this.violations.push(`${this.name} was let into ${namespace}`);
    }
    const known = this.sockets.get(socketId) ?? { namespace, connections: new Set() };
    const by = this.wire?.connectionId ?? "";
    known.connections.add(by);
    this.sockets.set(socketId, known);
    const before = this.#away.get(namespace);
    this.#away.delete(namespace);
    // A CONNECT that was delivered again is answered again: the same socket, which has left no room.
    const current = this.#present.get(namespace);
    const same = current ?? (recovered ? before : undefined);
    if (same?.socketId === socketId) {
      const connectedAt = this.options.now();
      const { lostAt = connectedAt } = same;
      if (!current) this.returns.push({ namespace, socketId, by, lostAt, connectedAt });
      this.#present.set(namespace, same);
      const unsure = [...same.rooms].filter(([, { since, leftAt }]) => !since && !leftAt);
      for (const [room] of unsure) this.join(namespace, room);
      return;
    }
    this.#present.set(namespace, { socketId, since: this.options.now(), rooms: new Map() });
    for (const room of this.options.rooms[namespace] ?? []) this.join(namespace, room);
  }

  onDisconnect(namespace: string): void {
    const presence = this.#present.get(namespace);
    if (presence) this.#away.set(namespace, { ...presence, lostAt: this.options.now() });
    this.#present.delete(namespace);
  }

  onName(namespace: string, offset: string): void {
    this.named.set(namespace, (this.named.get(namespace) ?? new Set()).add(offset));
  }

  onRefused(namespace: string): void {
    this.onDisconnect(namespace);
  }

  onEvent(
    namespace: string,
    event: string,
    args: readonly unknown[],
    reply?: (value: unknown) => void,
  ): void {
    if (event === "question") return reply?.(args[0]);
    if (event !== "said") return;
    const said = args[0] as Said;
    // While a session is being recovered, what it missed comes before it is connected.
    const presence = this.sessionIn(namespace);
    const stay = presence?.rooms.get(said.room);
    const since = said.room === EVERYONE ? presence?.since : stay?.since;
    const wasThere = since !== undefined && since < said.at;
    const by = this.wire?.connectionId ?? "";
    this.heard.push({ ...said, wasThere, by, askedAt: stay?.askedAt, stay });
    if (said.namespace !== namespace) this.#object(said, `in ${namespace}`);
    if (said.room === EVERYONE) return;
    if (!stay) this.#object(said, "without having asked for the room");
    else if (stay.leftAt !== undefined && stay.leftAt < said.at) {
      this.#object(said, `after having left at ${stay.leftAt}`);
    }
  }

  #object(said: Said, how: string): void {
    this.violations.push(`${this.name} heard ${show(said)} ${how}`);
  }
}
