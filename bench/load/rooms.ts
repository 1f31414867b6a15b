import type { Stay } from "./ledger";

/** Members of a room on average. */
export const ROOM_SIZE = 20;

/** Who is in which room, as far as the server has said so. */
export class Rooms {
  readonly #names: readonly string[];
  readonly #stays = new Map<string, Set<Stay>>();
  #given = 0;

  constructor(clients: number) {
    const count = Math.max(1, Math.round(clients / ROOM_SIZE));
    this.#names = Array.from({ length: count }, (_, n) => `room-${n}`);
    for (const name of this.#names) this.#stays.set(name, new Set());
  }

  /** A room to join: the next one for a newcomer, any for who comes from another. */
  choose(from: string): string {
    const n = from === "" ? this.#given++ : Math.floor(Math.random() * this.#names.length);
    return this.#names[n % this.#names.length] as string;
  }

  staysIn(room: string): ReadonlySet<Stay> {
    return this.#stays.get(room) ?? new Set();
  }

  add(room: string, stay: Stay): void {
    this.#stays.get(room)?.add(stay);
  }

  remove(room: string, stay: Stay): void {
    this.#stays.get(room)?.delete(stay);
  }
}
