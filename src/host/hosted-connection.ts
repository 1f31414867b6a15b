import type { Server } from "socket.io";
import type { Handled } from "../context/event-context";
import type { ConnectionRecord, Delivery, Store } from "../ports";
import type { ProtocolHandler } from "../protocols/protocol";
import type { ConnectionLimits } from "../settings/connection-limits";
import type { ConnectionSink } from "../socketio/connection-sink";
import type { ClientInternals } from "../socketio/internals";
import type { VirtualConnection } from "../socketio/virtual-connection";
import type { ConnectionMemory } from "./connection-memory";
import type { Deliveries } from "./deliveries";
import type { RateLimiter } from "./rate-limiter";
import type { CountedSender } from "./sender";

/** A connection brought to life for one batch of its events. */
export interface HostedConnection {
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
  readonly limiter: RateLimiter;
  readonly deliveries: Deliveries;
  readonly sender: CountedSender;
  /** What its handlers hold; absent where the application does not keep that with its connections. */
  readonly memory: ConnectionMemory | undefined;
}

/** What the context of its events has to know of a connection. */
export function handledBy({ record, connection, sender }: HostedConnection): Handled {
  return {
    id: record.id,
    // Which parser a client speaks may show only while its first packet is handled.
    get protocol() {
      return connection.protocolId;
    },
    sender,
  };
}
