import { fanOut } from "../delivery/fan-out";
import type { ConnectionId, ConnectionRecord, Delivery, Frame, Protocol } from "../ports";
import { MAX_CONNECTION_MS } from "../store/items";
import { PING_FRAME } from "../wire/engine-io";
import { createFrame } from "../wire/frame";
import { JSON_PING } from "../wire/json-messages";

export interface HeartbeatPorts {
  readonly store: { connections(): AsyncIterable<readonly ConnectionRecord[]> };
  readonly delivery: Delivery;
  readonly lanes: { swept(ids: readonly ConnectionId[]): Promise<void> };
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface HeartbeatReport {
  readonly pinged: number;
  readonly swept: number;
}

/** A connection older than it can be by this much has lost its `$disconnect`. */
const GRACE_MS = 5 * 60 * 1000;

/**
 * Pings every connection once. Stock clients drop a connection without pings, and API Gateway cuts
 * one without traffic after 10 minutes. Whoever is gone, or older than a connection can be, is ended.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
export async function heartbeat(ports: HeartbeatPorts): Promise<HeartbeatReport> {
  const dead: ConnectionId[] = [];
  const pings: Record<Protocol, readonly Frame[]> = {
    "socket.io": [createFrame(PING_FRAME)],
    json: [createFrame(JSON_PING)],
  };
  const receipt = await fanOut(ports.delivery, {
    pages: living(ports, dead),
    frames: (protocol) => pings[protocol],
    onGone: ({ connectionId }) => dead.push(connectionId),
  });
  if (dead.length) await ports.lanes.swept(dead);
  return { pinged: receipt.delivered, swept: dead.length };
}

async function* living({ store, now }: HeartbeatPorts, dead: ConnectionId[]) {
  const eldest = now() - MAX_CONNECTION_MS - GRACE_MS;
  for await (const page of store.connections()) {
    for (const { id, connectedAt } of page) if (connectedAt < eldest) dead.push(id);
    yield page
      .filter(({ connectedAt }) => connectedAt >= eldest)
      .map(({ id, protocol }) => ({ socketId: "", connectionId: id, protocol }));
  }
}
