import { glanceAt } from "../../socketio/describe-socket";
import type { ResidentConnection } from "./connection";

/** Connections whose stored entries may be others now. */
export class Changes {
  readonly #dirty = new Set<ResidentConnection>();
  readonly #glances = new WeakMap<object, string | undefined>();

  /** @param residents all connections */
  constructor(private readonly residents: () => Iterable<ResidentConnection>) {}

  get all(): ReadonlySet<ResidentConnection> {
    return this.#dirty;
  }

  add(resident: ResidentConnection): void {
    this.#dirty.add(resident);
  }

  /** Finds the connections whose sockets the application has changed since the last look, also in events of others. */
  look(): readonly ResidentConnection[] {
    const found = [...this.residents()].filter(({ live }) => this.#glance(live.client.sockets));
    for (const resident of found) this.#dirty.add(resident);
    return found;
  }

  /** Call when all is stored. */
  forget(): void {
    this.#dirty.clear();
  }

  #glance(sockets: ReadonlyMap<string, object>): boolean {
    let isChanged = false;
    for (const socket of sockets.values()) {
      const text = glanceAt(socket as never);
      if (text === undefined || text !== this.#glances.get(socket)) isChanged = true;
      this.#glances.set(socket, text);
    }
    return isChanged;
  }
}
