import type { ConnectionRecord, SocketRecord } from "../../src/ports";
import { DynamoStore } from "../../src/store/dynamo/dynamo-store";
import { RoomRegistry } from "../../src/store/dynamo/room-registry";
import type { Table } from "../../src/store/dynamo/table";
import type { Room } from "../source";

/** A namespace as the table had it at one time. */
export interface NamespaceDirectory {
  /** By socket id. */
  readonly sockets: ReadonlyMap<string, ListedSocket>;
  /** Without the sockets' own rooms. */
  readonly rooms: ReadonlyMap<Room, ListedRoom>;
}

export interface ListedSocket {
  readonly connection: ConnectionRecord;
  readonly socket: SocketRecord;
}

export interface ListedRoom {
  readonly members: number;
  /** Those that were read. */
  readonly sockets: readonly string[];
}

/** All that lists, sizes and the map are made of: one read of the table serves them all. */
export interface Directory {
  /** When it was read, epoch milliseconds. */
  readonly at: number;
  readonly connections: number;
  readonly truncated: boolean;
  readonly namespaces: ReadonlyMap<string, NamespaceDirectory>;
}

/** An item has about a KB: more would take the console's memory, and cost the deployment. */
const MOST_CONNECTIONS = 50_000;

interface Read {
  readonly directory: Directory;
  readonly version: number | undefined;
  /** The read before found the same version: writes that were under way then are in this one. */
  readonly isSettled: boolean;
  readonly tookMs: number;
}

/** A large table is read less often: reading takes a tenth of the time at most. */
const REST = 10;

/** Reads the table, at most so often, and only where something may have changed. */
export class DirectoryReader {
  readonly store: DynamoStore;
  readonly #registry: RoomRegistry;
  #reading: Promise<Directory> | undefined;
  #latest: Read | undefined;

  /**
   * @param freshMs how old a directory may be that is answered again
   * @param version a number that changes with the table. @default - it may change at any time
   */
  constructor(
    table: Table,
    private readonly freshMs: number,
    private readonly version: () => number | undefined = () => undefined,
  ) {
    this.store = new DynamoStore(table);
    this.#registry = new RoomRegistry(table);
  }

  /** The directory of now, or of a moment ago. */
  async read(): Promise<Directory> {
    const latest = this.#latest;
    if (latest) {
      const isSame =
        latest.isSettled && latest.version !== undefined && latest.version === this.version();
      const freshMs = Math.max(this.freshMs, REST * latest.tookMs);
      if (isSame || Date.now() - latest.directory.at < freshMs) return latest.directory;
    }
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** What was read last, at once. */
  get known(): Directory | undefined {
    return this.#latest?.directory;
  }

  /** The next read is a new one. */
  forget(): void {
    this.#latest = undefined;
  }

  async #readNow(): Promise<Directory> {
    const version = this.version();
    const at = Date.now();
    const namespaces = new Map<string, { sockets: Map<string, ListedSocket> }>();
    let connections = 0;
    let truncated = false;
    for await (const page of this.store.connections()) {
      for (const connection of page) {
        connections += 1;
        for (const [namespace, socket] of connection.sockets) {
          const found = namespaces.get(namespace) ?? { sockets: new Map() };
          namespaces.set(namespace, found);
          found.sockets.set(socket.id, { connection, socket });
        }
      }
      truncated = connections >= MOST_CONNECTIONS;
      if (truncated) break;
    }
    const complete = [...namespaces].map(async ([name, { sockets }]) => {
      const rooms = await this.#rooms(name, sockets);
      return [name, { sockets, rooms }] as const;
    });
    const directory = {
      at,
      connections,
      truncated,
      namespaces: new Map(await Promise.all(complete)),
    };
    const isSettled = this.#latest?.version === version;
    this.#latest = { directory, version, isSettled, tookMs: Date.now() - at };
    return directory;
  }

  /** Sizes are the deployment's own counts; members are those of the connections that were read. */
  async #rooms(
    namespace: string,
    sockets: ReadonlyMap<string, ListedSocket>,
  ): Promise<Map<Room, ListedRoom>> {
    const members = new Map<Room, string[]>();
    for (const [id, { socket }] of sockets) {
      for (const room of socket.rooms) {
        if (room === id) continue;
        const list = members.get(room);
        if (list) list.push(id);
        else members.set(room, [id]);
      }
    }
    const rooms = new Map<Room, ListedRoom>();
    for await (const page of this.#registry.list(namespace)) {
      for (const { room, members: count } of page) {
        // A room named as a socket is that socket's own.
        if (typeof room === "string" && sockets.has(room)) continue;
        rooms.set(room, { members: count, sockets: members.get(room) ?? [] });
      }
    }
    return rooms;
  }
}
