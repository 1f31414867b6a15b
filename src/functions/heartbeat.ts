import { fanOut } from "../delivery/fan-out";
import { expiryOf, isOver } from "../expiry";
import { logWarning } from "../log";
import { count } from "../metrics";
import { MAX_CONNECTION_MS } from "../platform-limits";
import type { ConnectionId, ConnectionRecord, Delivery, SocketAddress, Store } from "../ports";
import { DECLARATIONS } from "../protocols/declarations";
import { createLookup, type Lookup } from "../protocols/lookup";
import type { Declaration } from "../protocols/protocol";
import { createFrame } from "../wire/frame";

export interface HeartbeatPorts {
  readonly store: Pick<Store, "connections">;
  readonly delivery: Delivery;
  readonly lanes: {
    lost(ids: readonly ConnectionId[]): Promise<void>;
    expired(ids: readonly ConnectionId[]): Promise<void>;
    disconnect(sockets: readonly SocketAddress[], close: boolean): Promise<void>;
  };
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** What clients may speak. @default - Socket.IO and JSON actions */
  readonly protocols?: readonly Declaration[];
}

export interface HeartbeatReport {
  readonly pinged: number;
  readonly gone: number;
  readonly expired: number;
}

/** A connection older than it can be by this much has lost its `$disconnect`. */
const GRACE_MS = 5 * 60 * 1000;
/** Socket.IO's `connectTimeout`: if its protocol says so, a client that has joined no namespace by then is cut off. */
const CONNECT_TIMEOUT_MS = 45_000;

/**
 * Pings every connection once. Stock clients drop a connection without pings, and API Gateway cuts
 * one without traffic after 10 minutes. It ends a connection that is gone, or older than one can be.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
export async function heartbeat(ports: HeartbeatPorts): Promise<HeartbeatReport> {
  const dead: ConnectionId[] = [];
  const gone: ConnectionId[] = [];
  const expired: SocketAddress[] = [];
  const { protocols = DECLARATIONS } = ports;
  const known = createLookup(protocols);
  const receipt = await fanOut(ports.delivery, {
    pages: living(ports, known, dead, expired),
    frames: (id) => [createFrame(known.find(id)?.ping ?? "")],
    onGone: ({ connectionId }) => gone.push(connectionId),
  });
  count("Connections", receipt.delivered);
  count("ConnectionsLost", gone.length);
  await ports.lanes.lost(gone);
  await ports.lanes.expired(dead);
  await ports.lanes.disconnect(expired, false);
  return { pinged: receipt.delivered, gone: gone.length, expired: dead.length };
}

/** Pages of the connections to ping; the others are noted as dead, and expired sockets, on the way. */
async function* living(
  { store, now }: HeartbeatPorts,
  protocols: Lookup<Declaration>,
  dead: ConnectionId[],
  expired: SocketAddress[],
) {
  const ageOf = ({ connectedAt }: ConnectionRecord) => now() - connectedAt;
  const isIdler = (connection: ConnectionRecord) =>
    connection.sockets.size === 0 && ageOf(connection) > CONNECT_TIMEOUT_MS;
  const isDead = (connection: ConnectionRecord) =>
    ageOf(connection) > MAX_CONNECTION_MS + GRACE_MS ||
    (protocols.find(connection.protocol)?.endsIdle === true && isIdler(connection));
  const isKnown = ({ protocol }: ConnectionRecord) => protocols.find(protocol) !== undefined;
  for await (const page of store.connections()) {
    dead.push(...page.filter(isDead).map(({ id }) => id));
    expired.push(...page.flatMap((connection) => expiredSockets(connection, now())));
    const living = page.filter((connection) => !isDead(connection));
    warnOfUnknown(living.filter((connection) => !isKnown(connection)));
    yield living
      // Where its protocol does not end it, an idler may still connect to a namespace. It is not kept alive either: API
      // Gateway cuts it 10 minutes after its last frame.
      .filter((connection) => isKnown(connection) && !isIdler(connection))
      .map(({ id, protocol }) => ({ socketId: "", connectionId: id, protocol }));
  }
}

/** A newer version has opened them, which has been rolled back since: their clients expect pings unknown here. */
function warnOfUnknown(connections: readonly ConnectionRecord[]): void {
  if (connections.length === 0) return;
  const protocols = [...new Set(connections.map(({ protocol }) => protocol))];
  logWarning("Cannot ping connections: expected a known protocol", {
    protocols,
    connections: connections.length,
  });
}

/** Sockets whose token has expired hear nothing any more; now the heartbeat disconnects them. */
function expiredSockets({ id, protocol, sockets }: ConnectionRecord, now: number): SocketAddress[] {
  return [...sockets]
    .filter(([, { state, until }]) => isOver(expiryOf(state.data) ?? until, now))
    .map(([namespace, { id: socketId }]) => ({
      namespace,
      socketId,
      connectionId: id,
      protocol,
    }));
}
