import type { Server } from "socket.io";
import type { ConnectionLimits } from "../connection-limits";
import type { Handled } from "../context/event-context";
import type { ConnectionRecord, Delivery, Store } from "../ports";
import type { ClientInternals } from "../socketio/internals";
import type { VirtualConnection } from "../socketio/virtual-connection";
import type { Deliveries } from "./deliveries";
import type { Flow } from "./flow";
import type { CountedSender } from "./sender";

/** A connection brought to life for one batch of its events. */
export interface Live {
  readonly io: Server;
  readonly store: Store;
  readonly delivery: Delivery;
  readonly record: ConnectionRecord;
  readonly connection: VirtualConnection;
  readonly client: ClientInternals;
  readonly limits: ConnectionLimits;
  readonly flow: Flow;
  readonly deliveries: Deliveries;
  readonly sender: CountedSender;
}

/** What a protocol does with the first moment of a connection and with each of its frames. */
export interface Edge {
  open(live: Live): void | Promise<void>;
  /** Never throws: what a client did wrong is answered, or closes its connection. */
  receive(live: Live, frame: string, redelivered?: boolean): void;
  /** Tells a client, where its protocol can, why it is cut off. */
  explain?(live: Live, why: { readonly code: string; readonly message: string }): void;
}

/** What the context of its events has to know of a connection. */
export function handledBy({ record, connection, sender }: Live): Handled {
  return {
    id: record.id,
    // Which parser a client speaks may show only while its first packet is handled.
    get protocol() {
      return connection.speaks;
    },
    sender,
  };
}
