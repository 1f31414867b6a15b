import { Namespace, Server, Socket } from "socket.io";

/** What no input may change in the process, and what it may not leave behind. */

interface Kept {
  readonly name: string;
  readonly target: object;
  readonly own: ReadonlyMap<PropertyKey, PropertyDescriptor>;
}

/** The prototypes on which everything rests, as they were when this was made. */
export class Prototypes {
  readonly #kept: readonly Kept[];

  constructor() {
    const classes = [Object, Array, Function, String, Number, Boolean, Symbol, Promise, RegExp];
    const more = [Map, Set, WeakMap, Error, Date, Buffer, Uint8Array, ArrayBuffer];
    const ours = [Server, Namespace, Socket];
    this.#kept = [...classes, ...more, ...ours].flatMap((one) => [
      keep(one.name, one),
      keep(`${one.name}.prototype`, one.prototype),
    ]);
  }

  /** What has changed. */
  changes(): string[] {
    return this.#kept.flatMap(({ name, target, own }) => {
      const added = Reflect.ownKeys(target).filter((key) => !own.has(key));
      const replaced = [...own].filter(([key, was]) => differs(target, key, was));
      return [...added, ...replaced.map(([key]) => key)].map((key) => `${name}.${String(key)}`);
    });
  }

  /** Puts everything back, so that the next input is judged by itself. */
  restore(): void {
    for (const { target, own } of this.#kept) {
      for (const key of Reflect.ownKeys(target))
        if (!own.has(key)) Reflect.deleteProperty(target, key);
      for (const [key, was] of own)
        if (differs(target, key, was)) Object.defineProperty(target, key, was);
    }
  }
}

function keep(name: string, target: object): Kept {
  const own = new Map(
    Reflect.ownKeys(target).map((key) => [
      key,
      Object.getOwnPropertyDescriptor(target, key) as PropertyDescriptor,
    ]),
  );
  return { name, target, own };
}

function differs(target: object, key: PropertyKey, was: PropertyDescriptor): boolean {
  const now = Object.getOwnPropertyDescriptor(target, key);
  // `Error.stackTraceLimit` and the like are meant to be written.
  if (was.writable && typeof was.value === "number") return false;
  return !Object.is(now?.value, was.value) || now?.get !== was.get || now?.set !== was.set;
}

interface Looked {
  readonly sockets: ReadonlyMap<string, unknown>;
  readonly _preConnectSockets: ReadonlyMap<string, unknown>;
  readonly adapter: {
    readonly sids: ReadonlyMap<string, unknown>;
    readonly rooms: ReadonlyMap<string, unknown>;
    /** Sockets that have ended, as long as their batch runs. */
    readonly memberships: { readonly endedSockets: { readonly size: number } };
  };
}

/** What a server still holds of connections when none is being handled. */
export function retained(io: Server): string[] {
  const all = (io as unknown as { _nsps: Map<string, Looked> })._nsps;
  return [...all].flatMap(([name, { sockets, _preConnectSockets: connecting, adapter }]) => {
    const { sids, rooms, memberships } = adapter;
    const { endedSockets } = memberships;
    const sizes = { sockets, connecting, sids, rooms, endedSockets };
    return Object.entries(sizes)
      .filter(([, { size }]) => size > 0)
      .map(([what, { size }]) => `${size} ${what} in ${name}`);
  });
}
