import type { Server } from "socket.io";
import type { CloseCause, LaneEvent } from "../lanes/events";
import type { ConnectionRecord, Delivery, Store } from "../ports";
import { adapterOf, addressOf } from "./address";
import type { ClientInternals } from "./internals";
import { noteListeners } from "./listeners";
import { restoreSockets } from "./restore";
import { runIn, Scope } from "./scope";
import { isStored, markStored, readState } from "./state";
import type { VirtualConnection } from "./virtual-connection";

/** A connection brought to life for one batch of its events. */
export interface Live {
  readonly io: Server;
  readonly store: Store;
  readonly delivery: Delivery;
  readonly record: ConnectionRecord;
  readonly connection: VirtualConnection;
  readonly client: ClientInternals;
}

/** What a protocol does with the first moment of a connection and with each of its frames. */
export interface Edge {
  open(live: Live): void | Promise<void>;
  /** Never throws: what a client did wrong is answered, or closes its connection. */
  receive(live: Live, frame: string): void;
}

/** Runs the events of one connection, in order, against its restored sockets. */
export class Session {
  readonly #fields: Readonly<Record<string, unknown>>;

  /** @param deadline when the invocation must have ended, epoch milliseconds. */
  constructor(
    private readonly live: Live,
    private readonly edge: Edge,
    private readonly deadline: number,
  ) {
    this.#fields = { connectionId: live.record.id };
  }

  /**
   * Handles events until one fails or the connection ends.
   *
   * @returns how many were handled. Fewer than given if infrastructure failed: the rest must be
   *   delivered again.
   */
  async run(events: readonly LaneEvent[]): Promise<number> {
    const { io, client, record } = this.live;
    if (!this.#endsUnheard(events[0])) {
      const { deadline } = this;
      await restoreSockets(io, client, record.sockets, { connectionId: record.id, deadline });
    }
    for (const frame of record.pending ?? []) this.edge.receive(this.live, frame);
    const handled = await this.#handleAll(events);
    return (await this.#finish()) ? handled : 0;
  }

  /** Takes the restored sockets out of the process again. */
  release(): void {
    const { client } = this.live;
    for (const socket of client.sockets.values()) {
      socket.nsp.sockets.delete(socket.id);
      adapterOf(socket.nsp).release(socket.id);
    }
    client.destroy();
    client.decoder.destroy();
  }

  async #handleAll(events: readonly LaneEvent[]): Promise<number> {
    const { connection } = this.live;
    for (const [handled, event] of events.entries()) {
      // Whatever follows the end of a connection has nobody to be dispatched to.
      if (connection.readyState === "closed") break;
      const succeeded = await this.#inScope(async () => {
        await this.#dispatch(event);
      });
      for (const socket of this.live.client.sockets.values()) noteListeners(socket);
      if (!succeeded) return handled;
    }
    // A post found the client gone: its end is handled now, without waiting for the news.
    if (connection.gone) await this.#inScope(async () => connection.end("transport close"));
    return events.length;
  }

  async #dispatch(event: LaneEvent): Promise<void> {
    switch (event.type) {
      case "open":
        this.live.connection.awaitUpgrade = true;
        return this.edge.open(this.live);
      case "frame":
        return this.edge.receive(this.live, Buffer.from(event.body, "base64").toString("utf8"));
      case "ack":
        throw new Error("Cannot handle an ack in a session: expected it on the ack lane");
      case "disconnect":
        return this.#disconnect(event);
      case "close":
        return this.#end(event.cause);
    }
  }

  #disconnect({ namespace, socketId, close }: Extract<LaneEvent, { type: "disconnect" }>): void {
    const socket = this.live.client.nsps.get(namespace);
    // Not if it has left since, or come back as another socket.
    if (socket?.id === socketId) socket.disconnect(close);
  }

  async #end(cause: CloseCause): Promise<void> {
    const { connection, delivery } = this.live;
    // 410 is also answered for a moment after a reconnect: ask before ending a life for it.
    if (cause.type === "gone" && (await delivery.reachable(connection.record.id))) return;
    const description = "websocket connection closed";
    if (cause.type === "swept") return connection.fail("ping timeout");
    connection.end("transport close", { description, context: cause });
  }

  /** Writes what has to outlast the batch; `false` if that failed. */
  #finish(): Promise<boolean> {
    const { connection, client, store, record } = this.live;
    return this.#inScope(async (scope) => {
      if (connection.readyState === "closed") {
        void scope.effect("end the connection", () => store.close(record.id));
        return;
      }
      const { pending } = connection;
      if (pending.join() !== (record.pending ?? []).join()) {
        void scope.effect("keep an unfinished packet", () => store.savePending(record.id, pending));
      }
      for (const socket of client.sockets.values()) {
        const state = readState(socket);
        if (isStored(socket, state)) continue;
        markStored(socket, state);
        void scope.effect("save state", () => store.saveState(addressOf(socket), state));
      }
    });
  }

  /** Nobody listens to the end of any of its sockets, so nothing has to be restored for it. */
  #endsUnheard(first: LaneEvent | undefined): boolean {
    if (first?.type !== "close" || first.cause.type === "gone") return false;
    return [...this.live.record.sockets.values()].every(({ state }) => state.quietEnd);
  }

  /** Runs work and all that it starts; `false` if one of its effects failed. */
  async #inScope(work: (scope: Scope) => Promise<void>): Promise<boolean> {
    const scope = new Scope(false, this.#fields);
    await runIn(scope, () => work(scope));
    await scope.idle(this.deadline);
    return scope.failure === undefined;
  }
}
