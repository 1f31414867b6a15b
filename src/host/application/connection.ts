import type { RoomsAdapter } from "../../adapter/rooms-adapter";
import type { LaneEvent } from "../../lanes/events";
import type { ConnectionRecord, RestoredRequest } from "../../ports";
import { adapterOf } from "../../socketio/address";
import { cutOffUnsaved } from "../cut-off";
import type { HostedConnection } from "../hosted-connection";
import {
  type Hosting,
  openConnection,
  prepareConnection,
  restoreRequest,
} from "../open-connection";

/** A connection that stays in the process between batches, and what one batch has to remember of it. */
export class ResidentConnection {
  readonly live: HostedConnection;
  /** By namespace, also of those that have gone since. */
  readonly adapters = new Map<string, RoomsAdapter>();
  /** The stored entry, as it was last written or read. */
  text: string | undefined;
  /** What later events of this batch have to wait for: a socket that is connecting. */
  #connecting: Promise<void> | undefined;
  /** All that its events in this batch have begun. */
  #begun: Promise<void> | undefined;
  #isConnecting = false;

  static async open(hosting: Hosting, record: ConnectionRecord): Promise<ResidentConnection> {
    return new ResidentConnection(hosting, record, await restoreRequest(hosting.ports, record));
  }

  private constructor(hosting: Hosting, record: ConnectionRecord, restored?: RestoredRequest) {
    // Of its own: what is stored is noted there.
    const own = { ...record, sockets: new Map(record.sockets) };
    this.live = openConnection(hosting, prepareConnection(hosting, own, restored));
    const { client, connection } = this.live;
    connection.endsUnsaved = () => cutOffUnsaved(this.live);
    const connect = client.connect.bind(client);
    client.connect = (name, auth) => {
      this.#isConnecting = true;
      connect(name, auth);
    };
  }

  /** Call before an event: Socket.IO can drop a dynamic namespace together with its last socket. */
  noteAdapters(): void {
    for (const { nsp } of this.live.client.nsps.values()) {
      this.adapters.set(nsp.name, adapterOf(nsp));
    }
  }

  /**
   * Dispatches an event in its turn. As in Socket.IO, most wait for no listener of those before them. But what comes
   * while a socket connects would break the protocol, and its client has sent it in good order; and an end waits for
   * what its connection has begun, which could not be undone afterwards.
   */
  inTurn(event: LaneEvent, begin: () => Promise<void>): Promise<void> {
    const before = event.type === "close" ? this.#begun : this.#connecting;
    const running = before ? before.then(begin) : begin();
    // Also of one that waits: those behind it wait with it.
    if (before) this.#connecting = running;
    this.#begun = Promise.all([this.#begun, running]).then(() => {});
    return running;
  }

  /** Call when an event has been dispatched. */
  noteDispatched(event: LaneEvent, settled: Promise<void>): void {
    if (!this.#isConnecting && event.type !== "open") return;
    this.#isConnecting = false;
    this.#connecting = settled;
  }

  /** Call when all events of a batch have settled. */
  forgetTurns(): void {
    this.#connecting = undefined;
    this.#begun = undefined;
  }
}
