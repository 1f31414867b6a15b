import type {
  ConnectionId,
  ConnectionRecord,
  EndedSocket,
  Hearing,
  KeptFrame,
  ReceiveState,
  Room,
  RoomChange,
  SocketAddress,
  SocketRecord,
  SocketState,
  Store,
} from "../../ports";
import { sessionIdOf } from "../../session-id";
import { ApartStore } from "./apart-store";
import { Doubt } from "./doubt";
import {
  attribute,
  connectionItem,
  expectedItem,
  membershipItem,
  readConnection,
  readRooms,
} from "./items";
import {
  allKeys,
  CONNECTION_SHARDS,
  connectionKey,
  connectionPartition,
  type Key,
  roomKeys,
} from "./keys";
import { isOf, MemberStore } from "./member-store";
import { readAckFrames, writeAckFrames, writeReceiveState } from "./receive-state";
import { connectedSession } from "./sessions";
import { isLarge, socketRemoval, socketUpdate, stateChange } from "./socket-updates";
import { entering, leaving, renewing } from "./stays";
import type { Table } from "./table";
import { changeRooms, updateSocket } from "./update-socket";

const NOTHING: RoomChange = { rooms: [], isCertain: true };

/**
 * The table. A room's membership is put before the connection knows of it and removed after it has
 * forgotten it; a new socket is the other way round, since its event comes again after a crash and
 * then completes it. So a crash leaves at worst a membership that the next try or, once the
 * connection is gone, the first 410 removes.
 */
export class DynamoStore extends MemberStore implements Store {
  readonly #apart: ApartStore;

  constructor(table: Table) {
    super(table);
    this.#apart = new ApartStore(table);
  }

  async open(connection: ConnectionRecord): Promise<void> {
    await this.table.put(connectionItem(connection));
  }

  async load(id: ConnectionId): Promise<ConnectionRecord | undefined> {
    const item = await this.table.get(connectionKey(id));
    return item && readConnection(await this.#apart.read(item));
  }

  async loadMany(ids: readonly ConnectionId[]): Promise<Map<ConnectionId, ConnectionRecord>> {
    const found = await this.table.getMany([...new Set(ids)].map(connectionKey));
    const items = await Promise.all(found.map((item) => this.#apart.read(item)));
    return new Map(items.map(readConnection).map((connection) => [connection.id, connection]));
  }

  spread(id: ConnectionId): Promise<string | undefined> {
    return this.#apart.spread(id);
  }

  async addSocket(
    address: SocketAddress,
    socket: SocketRecord,
    inFlightOffsets: readonly string[] = [],
  ): Promise<boolean> {
    const { connectionId, namespace } = address;
    const doubt = new Doubt();
    const apart = address.apart ?? (isLarge(socket) ? await this.spread(connectionId) : undefined);
    const added =
      apart === undefined
        ? await this.table.update(
            connectionKey(connectionId),
            socketUpdate(address, socket),
            doubt.raise,
          )
        : await this.#apart.addSocket({ ...address, apart }, socket, doubt.raise);
    if (!added) {
      const found = await this.load(connectionId);
      if (found?.apart !== undefined && apart === undefined) {
        return this.addSocket({ ...address, apart: found.apart }, socket, inFlightOffsets);
      }
      // The namespace may have been taken by this very socket, in a try whose answer got lost.
      if (!doubt.isRaised || found?.sockets.get(namespace)?.id !== socket.id) return false;
    }
    await this.completeSocket(address, socket, inFlightOffsets);
    return true;
  }

  async completeSocket(
    address: SocketAddress,
    { rooms, pid }: Pick<SocketRecord, "rooms" | "pid">,
    inFlightOffsets: readonly string[] = [],
  ): Promise<void> {
    const until = inFlightOffsets.at(-1);
    const mark =
      pid !== undefined && until !== undefined ? { sessionId: sessionIdOf(pid), until } : undefined;
    const put = allKeys(address, [...rooms]).map((key) => membershipItem(key, address, mark));
    if (pid !== undefined) put.push(connectedSession(address, pid, inFlightOffsets));
    await this.table.write({ put });
  }

  async expectSocket(
    address: SocketAddress,
    rooms: readonly Room[],
    sessionId: string,
  ): Promise<void> {
    const put = allKeys(address, rooms).map((key) => expectedItem(key, address, sessionId));
    await this.table.write({ put });
  }

  async join(address: SocketAddress, rooms: readonly Room[], at?: string): Promise<RoomChange> {
    if (rooms.length === 0) return NOTHING;
    const keys = roomKeys(address, rooms);
    const doubt = new Doubt();
    await this.table.write({ put: keys.map((key) => membershipItem(key, address)) });
    try {
      const ways = (some: readonly Room[]) => entering(address.namespace, some, at);
      const known = await this.#apart.either(
        address,
        () => changeRooms(this.table, address, rooms, { doubt, ways }),
        (apart) => this.#apart.join(apart, rooms, { at, doubt }),
      );
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
    const known = await this.#apart.either(
      address,
      () => changeRooms(this.table, address, rooms, { doubt, ways }),
      (apart) => this.#apart.leave(apart, rooms, { at, doubt }),
    );
    await this.table.write({ remove: roomKeys(address, rooms) });
    return doubt.about(rooms, (room) => known?.has(room) === true);
  }

  async saveHearing(address: SocketAddress, hearing: Hearing): Promise<void> {
    await updateSocket(this.table, address, renewing(address.namespace, hearing));
  }

  async saveState(address: SocketAddress, state: SocketState, isRenewed = true): Promise<void> {
    await this.#apart.either(
      address,
      () => updateSocket(this.table, address, stateChange(address.namespace, state)),
      (apart) => this.#apart.saveState(apart, state, isRenewed),
    );
  }

  async saveReceiveState(
    connectionId: ConnectionId,
    state: ReceiveState,
    apart?: string,
  ): Promise<void> {
    await this.#apart.either(
      { connectionId, ...(apart === undefined ? {} : { apart }) },
      async () => (await writeReceiveState(this.table, connectionId, state)) || undefined,
      (place) => this.#apart.saveReceiveState(place, state),
    );
  }

  ackFrames(id: ConnectionId): Promise<readonly KeptFrame[]> {
    return readAckFrames(this.table, id);
  }

  keepAckFrames(id: ConnectionId, frames: readonly KeptFrame[]): Promise<void> {
    return writeAckFrames(this.table, id, frames);
  }

  async removeSocket(address: SocketAddress, rooms: readonly Room[]): Promise<readonly Room[]> {
    const { namespace } = address;
    const stored = await this.#apart.either(
      address,
      async () => {
        const before = await updateSocket(this.table, address, socketRemoval(namespace));
        return before && readRooms(before[attribute.rooms(namespace)]);
      },
      (apart) => this.#apart.removeSocket(apart),
    );
    // Another invocation may have joined the socket to rooms of which this one does not know.
    const known = new Set(rooms);
    const others = (stored ?? []).filter((room) => !known.has(room));
    if (others.length > 0) await this.table.write({ remove: roomKeys(address, others) });
    return others;
  }

  async removeMemberships(
    address: SocketAddress,
    rooms: readonly Room[],
    isRepeated = false,
  ): Promise<void> {
    const keys = allKeys(address, rooms);
    if (isRepeated) await this.#takeBack(address, keys);
    else await this.table.write({ remove: keys });
  }

  async close(
    id: ConnectionId,
    departed: Parameters<Store["close"]>[1] = () => undefined,
  ): Promise<readonly EndedSocket[] | undefined> {
    const before = await this.table.take(connectionKey(id));
    if (!before) return undefined;
    const { protocol, sockets } = readConnection(await this.#apart.read(before));
    const ended = [...sockets].map(async ([namespace, { id: socketId, rooms }]) => {
      const left = departed(namespace, socketId);
      const rest = [...rooms].filter((room) => !left?.has(room));
      const address = { namespace, socketId, connectionId: id, protocol };
      await this.#takeBack(address, left ? roomKeys(address, rest) : allKeys(address, rest));
      return { namespace, socketId, rooms: rest };
    });
    return Promise.all(ended);
  }

  /** Removes memberships unless they are another connection's by now, which goes on with the session. */
  async #takeBack({ connectionId }: SocketAddress, keys: readonly Key[]): Promise<void> {
    await Promise.all(keys.map((key) => this.table.remove(key, isOf(connectionId))));
  }

  /** Eventually consistent, unlike the rest: half the price, and the next heartbeat sees what this one has missed. */
  async *connections(): AsyncIterable<readonly ConnectionRecord[]> {
    for (let shard = 0; shard < CONNECTION_SHARDS; shard++) {
      const partition = connectionPartition(shard);
      yield* this.table.pages(partition, readConnection, { consistent: false });
    }
  }
}
