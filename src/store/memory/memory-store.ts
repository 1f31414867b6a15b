import { defined } from "../../defined";
import type {
  ConnectionId,
  ConnectionRecord,
  EndedSocket,
  GoneMember,
  Hearing,
  KeptFrame,
  Member,
  Page,
  PageOptions,
  ReceiveState,
  RecoveryMark,
  Room,
  RoomChange,
  SocketAddress,
  SocketRecord,
  SocketState,
  Store,
} from "../../ports";
import { sessionIdOf } from "../../session-id";
import { type Connections, withSocket } from "./connections";
import { renewed, withJoined, withLeft } from "./hearing";
import { EVERYONE, type Memberships, type Place } from "./memberships";
import { checkSize, copy, type Memory } from "./memory";
import {
  mergeReceiveState,
  readConnection,
  storeConnection,
  storeShared,
  storeSocket,
  storeState,
} from "./records";
import type { MemorySessions } from "./sessions";

const NOTHING: RoomChange = { rooms: [], isCertain: true };

/** What the store's port is over. */
export interface StoreParts {
  readonly memory: Memory;
  readonly connections: Connections;
  readonly memberships: Memberships;
  readonly sessions: MemorySessions;
}

/** Connections, sockets and memberships, written in the order in which `DynamoStore` writes them. */
export class MemoryStore implements Store {
  readonly #ackFrames = new Map<ConnectionId, readonly KeptFrame[]>();

  constructor(private readonly parts: StoreParts) {}

  get size(): number {
    return this.#ackFrames.size;
  }

  open(connection: ConnectionRecord): Promise<void> {
    return this.parts.connections.put(storeConnection(connection));
  }

  async load(id: ConnectionId): Promise<ConnectionRecord | undefined> {
    await undefined;
    const stored = this.parts.connections.get(id);
    return stored && readConnection(stored);
  }

  async loadMany(ids: readonly ConnectionId[]): Promise<Map<ConnectionId, ConnectionRecord>> {
    const found = await Promise.all([...new Set(ids)].map((id) => this.load(id)));
    return new Map(
      found.flatMap((connection) => (connection ? [[connection.id, connection]] : [])),
    );
  }

  async addSocket(
    address: SocketAddress,
    socket: SocketRecord,
    inFlightOffsets: readonly string[] = [],
  ): Promise<boolean> {
    const { connectionId, namespace, protocol } = address;
    const stored = storeSocket(socket);
    const shared = storeShared(socket.state);
    const isAdded = await this.parts.connections.update(connectionId, ({ sockets }) =>
      sockets.has(namespace)
        ? undefined
        : {
            sockets: withSocket(sockets, namespace, stored),
            // Which parser a client speaks shows with its first CONNECT.
            protocol,
            ...defined({ shared }),
          },
    );
    if (isAdded) await this.#complete(address, socket, inFlightOffsets);
    return isAdded;
  }

  completeSocket(
    address: SocketAddress,
    socket: Pick<SocketRecord, "rooms" | "pid">,
  ): Promise<void> {
    return this.#complete(address, socket, []);
  }

  async #complete(
    address: SocketAddress,
    { rooms, pid }: Pick<SocketRecord, "rooms" | "pid">,
    inFlightOffsets: readonly string[],
  ): Promise<void> {
    const until = inFlightOffsets.at(-1);
    const mark: RecoveryMark | undefined =
      pid !== undefined && until !== undefined ? { sessionId: sessionIdOf(pid), until } : undefined;
    await this.parts.memberships.put(address, [...rooms, EVERYONE], mark);
    if (pid !== undefined) await this.parts.sessions.connect(address, pid, inFlightOffsets);
  }

  expectSocket(address: SocketAddress, rooms: readonly Room[], sessionId: string): Promise<void> {
    return this.parts.memberships.put(address, [...rooms, EVERYONE], { sessionId });
  }

  async join(address: SocketAddress, rooms: readonly Room[], at?: string): Promise<RoomChange> {
    const { connections, memberships } = this.parts;
    if (rooms.length === 0) return NOTHING;
    const distinct = [...new Set(rooms)];
    await memberships.put(address, distinct);
    try {
      const before = await connections.updateSocket(address, (socket) => ({
        ...socket,
        rooms: new Set([...socket.rooms, ...distinct]),
        hearing: withJoined(socket.hearing, distinct, at),
      }));
      if (before)
        return { rooms: distinct.filter((room) => !before.rooms.has(room)), isCertain: true };
    } catch (error) {
      await memberships.remove(address, distinct);
      throw error;
    }
    await memberships.remove(address, distinct);
    return NOTHING;
  }

  async leave(address: SocketAddress, rooms: readonly Room[], at?: string): Promise<RoomChange> {
    const { connections, memberships } = this.parts;
    if (rooms.length === 0) return NOTHING;
    const distinct = [...new Set(rooms)];
    const before = await connections.updateSocket(address, (socket) => ({
      ...socket,
      rooms: new Set([...socket.rooms].filter((room) => !distinct.includes(room))),
      hearing: withLeft(socket.hearing, distinct, at),
    }));
    await memberships.remove(address, distinct);
    return { rooms: distinct.filter((room) => before?.rooms.has(room)), isCertain: true };
  }

  async saveHearing(address: SocketAddress, hearing: Hearing): Promise<void> {
    await this.parts.connections.updateSocket(address, (socket) => ({
      ...socket,
      hearing: renewed(socket.hearing, hearing),
    }));
  }

  async saveState(address: SocketAddress, state: SocketState): Promise<void> {
    const change = storeState(state);
    const shared = storeShared(state);
    await this.parts.connections.updateSocket(address, (socket) => ({ ...socket, ...change }), {
      shared,
    });
  }

  async saveReceiveState(id: ConnectionId, state: ReceiveState): Promise<void> {
    await this.parts.connections.update(id, (connection) => ({
      receiveState: mergeReceiveState(connection.receiveState, state),
    }));
  }

  /** The twin keeps every connection in one piece. */
  async spread(): Promise<undefined> {
    return undefined;
  }

  async ackFrames(id: ConnectionId): Promise<readonly KeptFrame[]> {
    await undefined;
    return this.#ackFrames.get(id) ?? [];
  }

  keepAckFrames(id: ConnectionId, frames: readonly KeptFrame[]): Promise<void> {
    checkSize(...frames.map(({ frame }) => frame));
    return this.parts.memory.write(() => {
      if (frames.length === 0) this.#ackFrames.delete(id);
      else this.#ackFrames.set(id, copy(frames));
    });
  }

  async removeMemberships(
    address: SocketAddress,
    rooms: readonly Room[],
    isRepeated = false,
  ): Promise<void> {
    const only = isRepeated ? address.connectionId : undefined;
    await this.parts.memberships.remove(address, [...rooms, EVERYONE], only);
  }

  async removeSocket(address: SocketAddress, rooms: readonly Room[]): Promise<readonly Room[]> {
    const before = await this.parts.connections.updateSocket(address, () => undefined);
    const others = [...(before?.rooms ?? [])].filter((room) => !rooms.includes(room));
    await this.parts.memberships.remove(address, others);
    return others;
  }

  async close(
    id: ConnectionId,
    departed: Parameters<Store["close"]>[1] = () => undefined,
  ): Promise<readonly EndedSocket[] | undefined> {
    const before = await this.parts.connections.take(id);
    if (!before) return undefined;
    const ended: EndedSocket[] = [];
    for (const [namespace, { id: socketId, rooms }] of before.sockets) {
      const left = departed(namespace, socketId);
      const rest = [...rooms].filter((room) => !left?.has(room));
      const all: readonly Place[] = left ? rest : [...rest, EVERYONE];
      await this.parts.memberships.remove({ namespace, socketId }, all, id);
      ended.push({ namespace, socketId, rooms: rest });
    }
    return ended;
  }

  forget({ connectionId, room, ...socket }: GoneMember): Promise<boolean> {
    return this.parts.memberships.remove(socket, [room ?? EVERYONE], connectionId);
  }

  members(namespace: string, room: Room): AsyncIterable<readonly Member[]> {
    return this.parts.memberships.pages(namespace, room);
  }

  memberPage(namespace: string, room: Room, page: PageOptions): Promise<Page<Member>> {
    return this.parts.memberships.page({ namespace, room }, page);
  }

  everyone(namespace: string): AsyncIterable<readonly Member[]> {
    return this.parts.memberships.pages(namespace, EVERYONE);
  }

  estimate(namespace: string, room: Room | undefined): number {
    return this.parts.memberships.countOf(namespace, room ?? EVERYONE);
  }

  /** Every connection, for the heartbeat. */
  async *connections(): AsyncIterable<readonly ConnectionRecord[]> {
    const all = this.parts.connections.all().map(readConnection);
    if (all.length > 0) yield all;
  }
}
