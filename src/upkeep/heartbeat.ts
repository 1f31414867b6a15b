import { fanOut } from "../delivery/fan-out";
import { expiryOf, isOver } from "../expiry";
import { count } from "../metrics";
import type {
  ConnectionId,
  ConnectionRecord,
  Delivery,
  Frame,
  Protocol,
  SocketAddress,
} from "../ports";
import { JSON_PING } from "../protocols/json/messages";
import { PING_FRAME } from "../protocols/socket-io/engine-io";
import { MAX_CONNECTION_MS } from "../store/item";
import { createFrame } from "../wire/frame";

export interface HeartbeatPorts {
  readonly store: { connections(): AsyncIterable<readonly ConnectionRecord[]> };
  readonly delivery: Delivery;
  readonly lanes: {
    lost(ids: readonly ConnectionId[]): Promise<void>;
    swept(ids: readonly ConnectionId[]): Promise<void>;
    disconnect(sockets: readonly SocketAddress[], close: boolean): Promise<void>;
  };
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface HeartbeatReport {
  readonly pinged: number;
  readonly gone: number;
  readonly swept: number;
}

/** A connection older than it can be by this much has lost its `$disconnect`. */
const GRACE_MS = 5 * 60 * 1000;
/** Socket.IO's `connectTimeout`: a stock client that has joined no namespace by then is cut off. */
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
  const pings: Record<Protocol, readonly Frame[]> = {
    "socket.io": [createFrame(PING_FRAME)],
    single: [createFrame(PING_FRAME)],
    json: [createFrame(JSON_PING)],
  };
  const receipt = await fanOut(ports.delivery, {
    pages: living(ports, dead, expired),
    frames: (protocol) => pings[protocol],
    onGone: ({ connectionId }) => gone.push(connectionId),
  });
  count("Connections", receipt.delivered);
  count("ConnectionsLost", gone.length);
  await ports.lanes.lost(gone);
  await ports.lanes.swept(dead);
  await ports.lanes.disconnect(expired, false);
  return { pinged: receipt.delivered, gone: gone.length, swept: dead.length };
}

/** Pages of the connections to ping; the others are noted as dead, and expired sockets, on the way. */
async function* living(
  { store, now }: HeartbeatPorts,
  dead: ConnectionId[],
  expired: SocketAddress[],
) {
  const ageOf = ({ connectedAt }: ConnectionRecord) => now() - connectedAt;
  const isIdler = (connection: ConnectionRecord) =>
    connection.sockets.size === 0 && ageOf(connection) > CONNECT_TIMEOUT_MS;
  const isDead = (connection: ConnectionRecord) =>
    ageOf(connection) > MAX_CONNECTION_MS + GRACE_MS ||
    (connection.protocol !== "json" && isIdler(connection));
  for await (const page of store.connections()) {
    dead.push(...page.filter(isDead).map(({ id }) => id));
    expired.push(...page.flatMap((connection) => expiredSockets(connection, now())));
    yield page
      // A JSON client in no namespace may still connect to one, so it is not ended. It is not kept alive either: API
      // Gateway cuts it 10 minutes after its last frame.
      .filter((connection) => !isDead(connection) && !isIdler(connection))
      .map(({ id, protocol }) => ({ socketId: "", connectionId: id, protocol }));
  }
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
