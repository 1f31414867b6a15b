import type {
  Done,
  List,
  ListQuery,
  Overview,
  Room,
  RoomMap,
  RoomPage,
  RoomRow,
  SocketDetails,
  SocketRow,
} from "../source";
import type { Directory, DirectoryReader } from "./directory";
import { overviewOf, roomsOf, socketDetails, socketRow, socketsOf } from "./lists";
import { mapOf } from "./room-map";

const MEMBERS_PAGE = 200;

/** What the table shows, the same for a local stack and for a deployment. */
export class StackReader {
  constructor(private readonly directory: DirectoryReader) {}

  async overview(): Promise<Overview> {
    return overviewOf(await this.directory.read());
  }

  async rooms(query: ListQuery): Promise<List<RoomRow>> {
    return roomsOf(await this.directory.read(), query);
  }

  async sockets(query: ListQuery): Promise<List<SocketRow>> {
    return socketsOf(await this.directory.read(), query);
  }

  async map(namespace: string): Promise<RoomMap> {
    return mapOf(await this.directory.read(), namespace);
  }

  /** Members are read now, whatever the directory has. */
  async room(namespace: string, room: Room, after?: string): Promise<RoomPage> {
    const { store } = this.directory;
    const [directory, { items, next }] = await Promise.all([
      this.directory.read(),
      store.memberPage(namespace, room, { after, limit: MEMBERS_PAGE }),
    ]);
    const records = await store.loadMany(items.map(({ connectionId }) => connectionId));
    const sockets = items.flatMap(({ socketId, connectionId }) => {
      const connection = records.get(connectionId);
      const socket = connection?.sockets.get(namespace);
      if (!connection || socket?.id !== socketId) return [];
      return [socketRow(namespace, { connection, socket })];
    });
    const listed = directory.namespaces.get(namespace)?.rooms.get(room)?.members ?? 0;
    return { namespace, room, members: Math.max(listed, sockets.length), sockets, next };
  }

  async socket(namespace: string, id: string): Promise<SocketDetails | undefined> {
    const find = (directory: Directory) => directory.namespaces.get(namespace)?.sockets.get(id);
    const listed = find(await this.directory.read());
    if (!listed) return undefined;
    const connection = await this.directory.store.load(listed.connection.id);
    const socket = connection?.sockets.get(namespace);
    if (!connection || socket?.id !== id) return undefined;
    return socketDetails(namespace, { connection, socket });
  }

  /** Members of a room, as far as they were read lately: for the filter of live events. */
  membersOf(namespace: string | undefined, room: string): ReadonlySet<string> {
    const members = new Set<string>();
    for (const [name, { rooms }] of this.directory.known?.namespaces ?? []) {
      if (namespace && name !== namespace) continue;
      // A filter is a text; a room's name may be a number.
      for (const key of [room, Number(room)]) {
        for (const id of rooms.get(key)?.sockets ?? []) members.add(id);
      }
    }
    return members;
  }

  /** After an action, lists are read again. */
  async after(done: Promise<Done>): Promise<Done> {
    try {
      return await done;
    } finally {
      this.directory.forget();
    }
  }
}
