import type { Server } from "socket.io";
import type { ConnectionRecord, Delivery, Store } from "../ports";
import type { ProtocolHandler } from "../protocols/protocol";
import type { ConnectionLimits } from "../settings/connection-limits";
import type { ConnectionSink } from "./connection-sink";
import type { Deliveries } from "./deliveries";
import type { Flow } from "./flow";
import type { ClientInternals } from "./internals";
import type { Handled } from "./scope";
import type { CountedSender } from "./sender";
import type { VirtualConnection } from "./virtual-connection";

/** A connection brought to life for one batch of its events. */
export interface Live {
  readonly io: Server;
  readonly store: Store;
  readonly delivery: Delivery;
  readonly record: ConnectionRecord;
  readonly connection: VirtualConnection;
  readonly client: ClientInternals;
  readonly sink: ConnectionSink;
  readonly handler: ProtocolHandler;
  /** Of one frame; absent where only the platform's limits hold. */
  readonly mostFrameBytes: number | undefined;
  readonly limits: ConnectionLimits;
  readonly flow: Flow;
  readonly deliveries: Deliveries;
  readonly sender: CountedSender;
}

/** What the scope of its events has to know of a connection. */
export function handledBy({ record, connection, sender }: Live): Handled {
  return {
    id: record.id,
    // Which parser a client speaks may show only while its first packet is handled.
    get protocol() {
      return connection.protocolId;
    },
    sender,
  };
}
