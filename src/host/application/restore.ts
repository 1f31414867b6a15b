import type { Namespace } from "socket.io";
import type { Joined } from "../../adapter/room-index";
import type { StoredApplication } from "../../ports";
import { adapterOf } from "../../socketio/address";
import { existingNamespace } from "../../socketio/memory-sockets";
import { restoreSockets } from "../../socketio/restore";
import type { Hosting } from "../open-connection";
import { ResidentConnection } from "./connection";
import { connectionId, type ReadConnection, readConnections } from "./entries";

/** How long the connection handlers may take in a replay. */
const REPLAY_MS = 20_000;

/**
 * Brings a stored application's connections to life: all sockets are made, the connection handlers run muted, and rooms
 * and namespaces hold their members in the order in which they had joined.
 */
export async function restoreConnections(
  hosting: Hosting,
  { entries }: Pick<StoredApplication, "entries">,
  deadline: number,
): Promise<Map<string, ResidentConnection>> {
  const read = readConnections(entries);
  const connections = new Map<string, ResidentConnection>();
  const until = Math.min(deadline, Date.now() + REPLAY_MS);
  const { io } = hosting.server;
  const residents = await Promise.all(
    read.map(({ record }) => ResidentConnection.open(hosting, record)),
  );
  const restored = read.map(({ record }, place) => {
    const { id, protocol } = record;
    const resident = residents[place] as ResidentConnection;
    resident.text = entries.get(connectionId(id));
    connections.set(id, resident);
    const about = { connection: { id, protocol }, deadline: until };
    return restoreSockets(io, resident.live.client, record.sockets, about);
  });
  await Promise.all(restored);
  for (const [name, joins] of joinsByNamespace(read)) {
    const namespace = existingNamespace(io, name);
    if (namespace) reorder(namespace, joins);
  }
  return connections;
}

function joinsByNamespace(read: readonly ReadConnection[]): ReadonlyMap<string, Joined[]> {
  const byNamespace = new Map<string, Joined[]>();
  for (const [namespace, join] of read.flatMap(({ joins }) => joins)) {
    const known = byNamespace.get(namespace) ?? [];
    known.push(join);
    byNamespace.set(namespace, known);
  }
  return byNamespace;
}

/** A socket joins its own room when it connects, so that says in which order sockets came. */
function reorder(namespace: Namespace, joins: readonly Joined[]): void {
  const { sockets } = namespace;
  const { index } = adapterOf(namespace);
  index?.reorder(joins);
  const own = joins.filter(([id, room]) => id === room).sort(([, , a], [, , b]) => a - b);
  for (const [id] of own) {
    const socket = sockets.get(id);
    if (!socket) continue;
    sockets.delete(id);
    sockets.set(id, socket);
  }
  index?.moveToEnd(own.map(([id]) => id));
}
