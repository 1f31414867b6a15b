import type { ConnectionId, ConnectionRecord, Member, Room, SocketId } from "../ports";

/** A socket of another connection, as `fetchSockets` shows it. */
export interface RemoteSocketDetails {
  readonly id: SocketId;
  readonly handshake: { readonly issued: number; readonly [field: string]: unknown };
  readonly rooms: Room[];
  readonly data: Record<string, unknown>;
}

/** `undefined` if the socket has ended since its membership was read. */
export function describeRemote(
  { socketId, connectionId }: Member,
  namespace: string,
  connections: ReadonlyMap<ConnectionId, ConnectionRecord>,
): RemoteSocketDetails | undefined {
  const connection = connections.get(connectionId);
  const socket = connection?.sockets.get(namespace);
  if (!connection || socket?.id !== socketId) return undefined;
  const { headers, query, address, url } = connection.handshake;
  const { auth, issued, rooms, state } = socket;
  return {
    id: socketId,
    rooms: [...rooms],
    data: state.data,
    handshake: {
      headers,
      time: `${new Date(issued)}`,
      address,
      xdomain: "origin" in headers,
      secure: true,
      issued,
      url,
      query: { ...query, ...state.shared?.["handshake.query"] },
      auth,
      ...state.handshake,
    },
  };
}

interface Listed {
  readonly id: SocketId;
  readonly handshake: { readonly issued: number };
}

/** By when they were made, those of one moment by their ids, so that each caller sees the same order. */
export function inOrder<T extends Listed>(sockets: readonly T[]): T[] {
  return [...sockets].sort(
    (a, b) => a.handshake.issued - b.handshake.issued || (a.id < b.id ? -1 : 1),
  );
}
