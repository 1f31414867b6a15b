import type { List, ListQuery, Overview, Room, RoomRow, SocketDetails, SocketRow } from "../source";
import type { Directory, ListedSocket } from "./directory";

/** What the page lists, of a directory. Sorting 100,000 rows takes a tenth of a second, so a list is sorted once. */

const LARGEST = 8;
const MOST_ROWS = 500;
const LONGEST_PREVIEW = 120;

export function overviewOf(directory: Directory): Overview {
  const { at, truncated, connections, namespaces } = directory;
  return {
    ...{ at, truncated, connections },
    namespaces: [...namespaces]
      .map(([namespace, { sockets, rooms }]) => ({
        namespace,
        sockets: sockets.size,
        rooms: rooms.size,
      }))
      .sort((a, b) => b.sockets - a.sockets),
    largest: roomsOf(directory, { sort: "members", descending: true, offset: 0, limit: LARGEST })
      .rows,
  };
}

export function roomsOf(directory: Directory, query: ListQuery): List<RoomRow> {
  const rows: RoomRow[] = [];
  const search = query.search?.toLowerCase();
  for (const [namespace, { rooms }] of chosen(directory, query)) {
    for (const [room, { members }] of rooms) {
      if (search && !String(room).toLowerCase().includes(search)) continue;
      rows.push({ namespace, room, members });
    }
  }
  const byName = (a: RoomRow, b: RoomRow) => compare(String(a.room), String(b.room));
  const order: Record<string, (a: RoomRow, b: RoomRow) => number> = {
    room: byName,
    namespace: (a, b) => compare(a.namespace, b.namespace) || byName(a, b),
    members: (a, b) => a.members - b.members || byName(b, a),
  };
  return page(directory, query, sorted(rows, order[query.sort ?? "room"] ?? byName, query));
}

export function socketsOf(directory: Directory, query: ListQuery): List<SocketRow> {
  const rows: SocketRow[] = [];
  const search = query.search?.toLowerCase();
  for (const [namespace, { sockets }] of chosen(directory, query)) {
    for (const listed of sockets.values()) {
      if (search && !matches(listed, search)) continue;
      rows.push(socketRow(namespace, listed));
    }
  }
  const since = (a: SocketRow, b: SocketRow) => a.since - b.since || compare(a.id, b.id);
  const order: Record<string, (a: SocketRow, b: SocketRow) => number> = {
    since,
    id: (a, b) => compare(a.id, b.id),
    namespace: (a, b) => compare(a.namespace, b.namespace) || since(a, b),
    rooms: (a, b) => (a.rooms ?? 0) - (b.rooms ?? 0) || since(a, b),
    address: (a, b) => compare(a.address, b.address) || since(a, b),
  };
  return page(directory, query, sorted(rows, order[query.sort ?? "since"] ?? since, query));
}

export function socketRow(namespace: string, { connection, socket }: ListedSocket): SocketRow {
  const isRead = connection.apart === undefined || socket.rooms.size > 0;
  const own = socket.rooms.has(socket.id) ? 1 : 0;
  return {
    ...{ namespace, id: socket.id, connectionId: connection.id },
    rooms: isRead ? socket.rooms.size - own : undefined,
    protocol: connection.protocol,
    address: connection.handshake.address,
    since: socket.issued || connection.connectedAt,
    data: preview(socket.state.data),
  };
}

export function socketDetails(namespace: string, listed: ListedSocket): SocketDetails {
  const { connection, socket } = listed;
  const { headers, query, url } = connection.handshake;
  return {
    ...socketRow(namespace, listed),
    roomNames: [...socket.rooms].filter((room) => room !== socket.id).sort(byText),
    data: socket.state.data,
    properties: socket.state.properties,
    auth: socket.auth,
    handshake: { headers, query, url },
    connectedAt: connection.connectedAt,
    recovered: socket.recovered ?? false,
    others: [...connection.sockets]
      .filter(([other]) => other !== namespace)
      .map(([other, { id }]) => ({ namespace: other, id })),
  };
}

/** A person knows sockets by what is in their data: a name, a user. */
function preview(data: Record<string, unknown>): string {
  const text = JSON.stringify(data);
  return text === "{}" ? "" : text.slice(0, LONGEST_PREVIEW);
}

function matches({ connection, socket }: ListedSocket, search: string): boolean {
  const { address } = connection.handshake;
  const data = JSON.stringify(socket.state.data);
  return [socket.id, connection.id, address, data, ...socket.rooms].some((text) =>
    String(text).toLowerCase().includes(search),
  );
}

function chosen({ namespaces }: Directory, { namespace }: ListQuery) {
  return [...namespaces].filter(([name]) => !namespace || name === namespace);
}

function sorted<T>(rows: T[], order: (a: T, b: T) => number, { descending }: ListQuery): T[] {
  return rows.sort(descending ? (a, b) => order(b, a) : order);
}

function page<T>({ at, truncated }: Directory, { offset, limit }: ListQuery, rows: T[]): List<T> {
  const end = offset + Math.min(limit, MOST_ROWS);
  return { at, truncated, total: rows.length, offset, rows: rows.slice(offset, end) };
}

function byText(a: Room, b: Room): number {
  return compare(String(a), String(b));
}

/** By characters, faster than by a language: there may be 100,000. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
