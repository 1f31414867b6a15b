import type {
  ConnectionId,
  ConnectionRecord,
  Departure,
  GoneMember,
  Hearing,
  Inflow,
  Member,
  Page,
  PageOptions,
  Room,
  RoomChange,
  SocketAddress,
  SocketRecord,
  SocketState,
  Store,
} from "../ports";
import { sessionIdOf } from "../session-id";
import { Doubt } from "./doubt";
import { writeInflow } from "./inflow";
import {
  attribute,
  connectionItem,
  type Item,
  membershipItem,
  readConnection,
  readRooms,
  socketUpdate,
  stateAttribute,
} from "./items";
import {
  allKeys,
  CONNECTION_SHARDS,
  connectionKey,
  connectionPartition,
  type Key,
  membershipKey,
  namespaceKey,
  namespacePartitions,
  roomKeys,
  roomPartition,
} from "./keys";
import { readMemberPage, readMembers } from "./members";
import { connectedSession } from "./sessions";
import { changeRooms, updateSocket } from "./socket-updates";
import { entering, leaving, renewing } from "./stays";
import type { Table } from "./table";

const NOTHING: RoomChange = { rooms: [], isCertain: true };

/**
 * The table. A room's membership is put before the connection knows of it and removed after it has
 * forgotten it; a new socket is the other way round, since its event comes again after a crash and
 * then completes it. So a crash leaves at worst a membership that the next try or, once the
 * connection is gone, the first 410 removes.
 */
export class DynamoStore implements Store {
  constructor(private readonly table: Table) {}

  async open(connection: ConnectionRecord): Promise<void> {
    await this.table.put(connectionItem(connection));
  }

  async load(id: ConnectionId): Promise<ConnectionRecord | undefined> {
    const item = await this.table.get(connectionKey(id));
    return item && readConnection(item);
  }

  async loadMany(ids: readonly ConnectionId[]): Promise<Map<ConnectionId, ConnectionRecord>> {
    const items = await this.table.getMany([...new Set(ids)].map(connectionKey));
    return new Map(items.map(readConnection).map((connection) => [connection.id, connection]));
  }

  async addSocket(
    address: SocketAddress,
    socket: SocketRecord,
    replayed: readonly string[] = [],
  ): Promise<boolean> {
    const doubt = new Doubt();
    const update = socketUpdate(address, socket);
    const key = connectionKey(address.connectionId);
    const added = await this.table.update(key, update, doubt.raise);
    if (!added) {
      // The namespace may have been taken by this very socket, in a try whose answer got lost.
      const found = doubt.isRaised ? await this.load(address.connectionId) : undefined;
      if (found?.sockets.get(address.namespace)?.id !== socket.id) return false;
    }
    await this.completeSocket(address, socket, replayed);
    return true;
  }

  async completeSocket(
    address: SocketAddress,
    { rooms, pid }: Pick<SocketRecord, "rooms" | "pid">,
    replayed: readonly string[] = [],
  ): Promise<void> {
    const until = replayed.at(-1);
    const mark =
      pid !== undefined && until !== undefined ? { sessionId: sessionIdOf(pid), until } : undefined;
    const put = allKeys(address, [...rooms]).map((key) => membershipItem(key, address, mark));
    if (pid !== undefined) put.push(connectedSession(address, pid, replayed));
    await this.table.write({ put });
  }

  async expectSocket(
    address: SocketAddress,
    rooms: readonly Room[],
    sessionId: string,
  ): Promise<void> {
    const keys = allKeys(address, rooms);
    await this.table.write({ put: keys.map((key) => membershipItem(key, address, { sessionId })) });
  }

  async join(address: SocketAddress, rooms: readonly Room[], at?: string): Promise<RoomChange> {
    if (rooms.length === 0) return NOTHING;
    const keys = roomKeys(address, rooms);
    const doubt = new Doubt();
    await this.table.write({ put: keys.map((key) => membershipItem(key, address)) });
    try {
      const ways = (some: readonly Room[]) => entering(address.namespace, some, at);
      const known = await changeRooms(this.table, address, rooms, { doubt, ways });
      if (known) return doubt.about(rooms, (room) => !known.has(room));
    } catch (error) {
      await this.table.write({ remove: keys });
      throw error;
    }
    await this.table.write({ remove: keys });
    return NOTHING;
  }

  async leave(address: SocketAddress, rooms: readonly Room[], at?: string): Promise<RoomChange> {
    if (rooms.length === 0) return NOTHING;
    const doubt = new Doubt();
    const ways = (some: readonly Room[]) => leaving(address.namespace, some, at);
    const known = await changeRooms(this.table, address, rooms, { doubt, ways });
    await this.table.write({ remove: roomKeys(address, rooms) });
    return doubt.about(rooms, (room) => known?.has(room) === true);
  }

  async saveHearing(address: SocketAddress, hearing: Hearing): Promise<void> {
    await updateSocket(this.table, address, renewing(address.namespace, hearing));
  }

  async saveState(address: SocketAddress, state: SocketState): Promise<void> {
    const shared = state.shared && { ":x": JSON.stringify(state.shared) };
    await updateSocket(this.table, address, {
      expression: `SET #d = :d${shared ? ", x = :x" : " REMOVE x"}`,
      names: { "#d": attribute.state(address.namespace) },
      values: { ":d": stateAttribute(state), ...shared },
    });
  }

  saveInflow(id: ConnectionId, inflow: Inflow): Promise<void> {
    return writeInflow(this.table, id, inflow);
  }

  async removeSocket(address: SocketAddress, rooms: readonly Room[]): Promise<readonly Room[]> {
    const { namespace } = address;
    const before = await updateSocket(this.table, address, {
      expression: "REMOVE #s, #d, #r, #j",
      names: {
        "#d": attribute.state(namespace),
        "#r": attribute.rooms(namespace),
        "#j": attribute.hearing(namespace),
      },
      values: {},
    });
    // Another invocation may have joined the socket to rooms of which this one does not know.
    const known = new Set(rooms);
    const stored = readRooms(before?.[attribute.rooms(namespace)]);
    const others = stored.filter((room) => !known.has(room));
    if (others.length > 0) await this.table.write({ remove: roomKeys(address, others) });
    return others;
  }

  async removeMemberships(address: SocketAddress, rooms: readonly Room[]): Promise<void> {
    await this.table.write({ remove: allKeys(address, rooms) });
  }

  async close(
    id: ConnectionId,
    departed: Parameters<Store["close"]>[1] = () => undefined,
  ): Promise<readonly Departure[] | undefined> {
    const before = await this.table.take(connectionKey(id));
    if (!before) return undefined;
    const { protocol, sockets } = readConnection(before);
    const departures = [...sockets].map(async ([namespace, { id: socketId, rooms }]) => {
      const left = departed(namespace, socketId);
      const rest = [...rooms].filter((room) => !left?.has(room));
      const address = { namespace, socketId, connectionId: id, protocol };
      await this.#takeBack(address, left ? roomKeys(address, rest) : allKeys(address, rest));
      return { namespace, socketId, rooms: rest };
    });
    return Promise.all(departures);
  }

  /** Removes memberships unless they are another connection's by now, which goes on with the session. */
  async #takeBack({ connectionId }: SocketAddress, keys: readonly Key[]): Promise<void> {
    await Promise.all(keys.map((key) => this.table.remove(key, isOf(connectionId))));
  }

  async forget(member: GoneMember): Promise<boolean> {
    const { namespace, room, socketId, connectionId } = member;
    const key =
      room === undefined
        ? namespaceKey(namespace, socketId)
        : membershipKey(namespace, room, socketId);
    const doubt = new Doubt();
    // A session that was recovered since is a member under the same key, over another connection.
    const isForgotten = await this.table.remove(key, isOf(connectionId), doubt.raise);
    return isForgotten || doubt.isRaised;
  }

  members(namespace: string, room: Room): AsyncIterable<readonly Member[]> {
    return readMembers(this.table, roomPartition(namespace, room));
  }

  memberPage(namespace: string, room: Room, page: PageOptions): Promise<Page<Member>> {
    return readMemberPage(this.table, roomPartition(namespace, room), page);
  }

  async *everyone(namespace: string): AsyncIterable<readonly Member[]> {
    for (const partition of namespacePartitions(namespace)) {
      yield* readMembers(this.table, partition);
    }
  }

  /** Every connection, page by page, for the heartbeat. Eventually consistent, unlike the rest. */
  async *connections(): AsyncIterable<readonly ConnectionRecord[]> {
    for (let shard = 0; shard < CONNECTION_SHARDS; shard++) {
      const partition = connectionPartition(shard);
      yield* this.table.pages(partition, readConnection, { consistent: false });
    }
  }
}

/** On condition that a membership is that of a connection. */
function isOf(connectionId: ConnectionId): Item {
  return { ConditionExpression: "c = :c", ExpressionAttributeValues: { ":c": connectionId } };
}
