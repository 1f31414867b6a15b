import type { ConnectionRecord, RestoredRequest } from "../ports";
import type { Protocols } from "../protocols";
import type { ConnectionLimits } from "../settings/connection-limits";
import type { AttachedServer } from "../socketio/attach";
import { noteBases } from "../socketio/attached";
import { createClient } from "../socketio/client";
import { attachProtocol } from "../socketio/connection-sink";
import { VirtualConnection } from "../socketio/virtual-connection";
import type { HostPorts } from "./host-ports";
import type { HostedConnection } from "./hosted-connection";
import type { RateLimiters } from "./rate-limiters";
import { CountedSender } from "./sender";

/** What a connection is opened with. */
export interface Hosting {
  readonly server: AttachedServer;
  readonly ports: HostPorts & { readonly limits: ConnectionLimits; readonly protocols: Protocols };
  readonly limiters: RateLimiters;
}

interface Prepared {
  readonly connection: VirtualConnection;
  readonly counts: Pick<HostedConnection, "limiter" | "deliveries" | "sender">;
}

/** The request as the application's locks have left it at `$connect`; `undefined` if they put nothing on it. */
export async function restoreRequest(
  ports: Pick<HostPorts, "restoreRequest">,
  { handshake }: ConnectionRecord,
): Promise<RestoredRequest | undefined> {
  return handshake.put && ports.restoreRequest?.(handshake, handshake.put);
}

/** A connection with what it may do, before Socket.IO hears of it. */
export function prepareConnection(
  { ports, limiters }: Pick<Hosting, "ports" | "limiters">,
  record: ConnectionRecord,
  restored?: RestoredRequest,
): Prepared {
  const limiter = limiters.resume(record.id, record.busyUntil);
  const deliveries = limiters.resumeDeliveries(record.id, record.deliveringUntil);
  const connection = new VirtualConnection(record, ports.delivery);
  connection.restore(restored);
  const account = { address: record.handshake.address, allowance: ports.allowance };
  const isLeaving = () => connection.readyState === "closed";
  const sender = new CountedSender(ports.limits, deliveries, account, isLeaving);
  return { connection, counts: { limiter, deliveries, sender } };
}

/** Brings a connection to life in this process, without its sockets. */
export function openConnection(
  { server, ports }: Hosting,
  { connection, counts }: Prepared,
): HostedConnection {
  const { io, Client, mostBytes: mostFrameBytes } = server;
  const { namespaces, limits, protocols, delivery } = ports;
  const client = createClient({ io, Client, namespaces, limits }, connection);
  const { record } = connection;
  const protocol = protocols.get(record.protocol);
  const attached = attachProtocol(protocol, connection, client, delivery);
  noteBases(connection, client);
  const memory = ports.memories?.open(connection);
  const of = { record, connection, client, mostFrameBytes, memory };
  return { io, ...ports, limits, ...counts, ...of, ...attached };
}
