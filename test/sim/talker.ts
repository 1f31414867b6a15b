import { PASSWORD, Places } from "./app";
import type { Wire, WireListener } from "./wire";

/** Stands for everyone of a namespace. */
export const EVERYONE = "*";

export interface Said {
  readonly namespace: string;
  readonly room: string;
  /** The name of the sender, and its connection: order is promised for each connection. */
  readonly sender: string;
  readonly connection: string;
  readonly n: number;
  /** When, epoch milliseconds. */
  readonly at: number;
}

/** What was said and acknowledged, so that every member has been sent it. */
export interface Acknowledged extends Said {
  /** When its sender learned that, epoch milliseconds. */
  readonly doneAt: number;
}

export interface Heard extends Said {
  /** When the listener asked to be let into the room; absent for what went to everyone. */
  readonly askedAt?: number | undefined;
  /** Whether the listener was in the room already when it was said. */
  readonly wasThere: boolean;
  /** The listener's connection. */
  readonly by: string;
  readonly heardAt: number;
}

/** A connection that broke under a session that went on. */
export interface Return {
  readonly namespace: string;
  readonly lostAt: number;
}

interface Stay {
  /** When it asked for the room. */
  readonly askedAt: number;
  /** Since when it knows to be there; absent while it has only asked. */
  since?: number;
  /** When it learned that it had left. */
  leftAt?: number;
}

interface Presence {
  readonly socketId: string;
  readonly since: number;
  readonly rooms: Map<string, Stay>;
  /** When its connection broke last. */
  lostAt?: number;
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
  answers = 0;
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

  /** The rooms in which it knows to be. */
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
    const askedAt = before && before.leftAt === undefined ? before.askedAt : this.options.now();
    const stay: Stay = { askedAt };
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
    known.connections.add(this.wire?.connectionId ?? "");
    this.sockets.set(socketId, known);
    const before = this.#away.get(namespace);
    this.#away.delete(namespace);
    // A CONNECT that was delivered again is answered again: the same socket, which has left no room.
    const current = this.#present.get(namespace);
    const same = current ?? (recovered ? before : undefined);
    if (same?.socketId === socketId) {
      if (same.lostAt !== undefined) this.returns.push({ namespace, lostAt: same.lostAt });
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
    const presence = this.#present.get(namespace) ?? this.#away.get(namespace);
    const stay = presence?.rooms.get(said.room);
    const since = said.room === EVERYONE ? presence?.since : stay?.since;
    const wasThere = since !== undefined && since < said.at;
    const by = this.wire?.connectionId ?? "";
    const heardAt = this.options.now();
    this.heard.push({ ...said, wasThere, by, heardAt, askedAt: stay?.askedAt });
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

export function show({ namespace, room, sender, n }: Said): string {
  return `${namespace} ${room}/${sender}/${n}`;
}
