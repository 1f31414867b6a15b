import type { Server, Socket } from "socket.io";
import type { Joined } from "../../adapter/room-index";
import type { ConnectionRecord, Handshake, Hearing, Room, SocketRecord } from "../../ports";
import { adapterOf } from "../../socketio/address";
import { describeSocket } from "../../socketio/describe-socket";
import type { HostedConnection } from "../hosted-connection";

/**
 * Connections as entries of the stored application: one for what never changes, one for the rest. The table has both too,
 * for the functions that do not run the application; a container that restores reads these, which are of one moment with
 * everything else that it reads.
 */

const HANDSHAKE = "h";
export const CONNECTION = "c";
/** What the application's memory keeps. */
export const MEMORY = "m";

/** A socket with its rooms in the order of joining. */
interface StoredSocket extends Omit<SocketRecord, "rooms" | "hearing"> {
  readonly joined: readonly (readonly [Room, number])[];
  readonly heard?: Omit<Hearing, "joined"> & { readonly joined: readonly [string, string][] };
}

type Stored = Pick<
  ConnectionRecord,
  "protocol" | "connectedAt" | "apart" | "pending" | "busyUntil" | "deliveringUntil" | "recent"
> & { readonly sockets: Readonly<Record<string, StoredSocket>> };

export const handshakeId = (id: string) => HANDSHAKE + id;
export const connectionId = (id: string) => CONNECTION + id;

export function writeHandshake(handshake: Handshake): string {
  return JSON.stringify(handshake);
}

export function writeConnection(live: HostedConnection): string {
  const { record, connection, client, handler, limiter, deliveries } = live;
  const sockets = [...client.nsps.values()].map((socket) => [
    socket.nsp.name,
    writeSocket(live.io, socket),
  ]);
  const { apart, protocolId: protocol } = connection;
  const stored: Record<keyof Stored, unknown> = {
    protocol,
    connectedAt: record.connectedAt,
    apart,
    pending: handler.pending?.length ? handler.pending : undefined,
    busyUntil: limiter.toKeep,
    deliveringUntil: deliveries.toKeep(),
    recent: handler.recent ?? record.recent,
    sockets: Object.fromEntries(sockets),
  };
  return JSON.stringify(stored);
}

function writeSocket(io: Server, socket: Socket): StoredSocket {
  const { index, memberships } = adapterOf(socket.nsp);
  const hearing = memberships.hearingOf(socket.id);
  return {
    ...describeSocket(io, socket),
    joined: index?.placesOf(socket.id) ?? [],
    ...(hearing && { heard: { ...hearing, joined: [...hearing.joined] } }),
  };
}

export interface ReadConnection {
  readonly record: ConnectionRecord & { readonly sockets: Map<string, SocketRecord> };
  /** By namespace. */
  readonly joins: readonly (readonly [namespace: string, Joined])[];
}

/** All connections of a stored application, in the order in which they were opened. */
export function readConnections(entries: ReadonlyMap<string, string>): ReadConnection[] {
  const ids = [...entries.keys()].filter((id) => id.startsWith(CONNECTION));
  return ids
    .map((id) => readConnection(id.slice(CONNECTION.length), entries))
    .sort((a, b) => a.record.connectedAt - b.record.connectedAt);
}

function readConnection(id: string, entries: ReadonlyMap<string, string>): ReadConnection {
  const { sockets, ...stored }: Stored = JSON.parse(entries.get(connectionId(id)) ?? "");
  const text = entries.get(handshakeId(id));
  if (text === undefined) {
    throw new Error(`Cannot restore the connection ${id}: expected its handshake, got nothing`);
  }
  const found = Object.entries(sockets);
  const joins = found.flatMap(([namespace, { id: socketId, joined }]) =>
    joined.map(([room, place]) => [namespace, [socketId, room, place]] as const),
  );
  const records = found.map(([name, socket]) => [name, readSocket(socket)] as const);
  const handshake: Handshake = JSON.parse(text);
  return { record: { ...stored, id, handshake, sockets: new Map(records) }, joins };
}

function readSocket({ joined, heard, ...socket }: StoredSocket): SocketRecord {
  const hearing = heard && { ...heard, joined: new Map(heard.joined) };
  return { ...socket, rooms: new Set(joined.map(([room]) => room)), ...(hearing && { hearing }) };
}

/** The sockets of a connection as they are now, in place of what its record said. */
export function renewRecord(live: HostedConnection): void {
  const sockets = live.record.sockets as Map<string, SocketRecord>;
  sockets.clear();
  for (const socket of live.client.nsps.values()) {
    const rooms = new Set<Room>(socket.rooms as Set<Room>);
    sockets.set(socket.nsp.name, { ...describeSocket(live.io, socket), rooms });
  }
}
