import type { ConnectionRecord } from "../ports";
import type { ClientInternals } from "../socketio/internals";
import type { VirtualConnection } from "../socketio/virtual-connection";
import { createJsonEdge } from "./json-edge";
import type { Edge } from "./live";
import { RecentActions } from "./recent-actions";
import { prepare, socketIoEdge } from "./socket-io-edge";

/** The edge of what a connection's client speaks. */
export function createEdge(
  record: ConnectionRecord,
  connection: VirtualConnection,
  client: ClientInternals,
): Edge {
  prepare(connection, client);
  if (record.protocol !== "json") return socketIoEdge;
  connection.recent = new RecentActions(record.recent);
  return createJsonEdge(client, connection.recent);
}
