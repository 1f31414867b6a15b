import { defined } from "../../defined";
import { expiryOf } from "../../expiry";
import type {
  ConnectionRecord,
  Entries,
  Handshake,
  Hearing,
  ProtocolId,
  ReceiveState,
  Room,
  SocketId,
  SocketRecord,
  SocketState,
} from "../../ports";
import { checkSize, copy } from "./memory";

/** A connection as the twin keeps it. No value is changed in place: a write replaces it. */
export interface StoredConnection {
  readonly id: string;
  readonly protocol: ProtocolId;
  readonly handshake: Handshake;
  readonly connectedAt: number;
  readonly receiveState: Omit<ReceiveState, "kept">;
  /** What the application hung on objects of the connection, JSON: the same for each socket. */
  readonly shared?: string | undefined;
  readonly sockets: ReadonlyMap<string, StoredSocket>;
}

export interface StoredSocket {
  readonly id: SocketId;
  /** JSON of what is the same for all of its life. */
  readonly fixed: string;
  /** JSON. */
  readonly state: string;
  readonly until: number | undefined;
  readonly hearing: Hearing | undefined;
  readonly rooms: ReadonlySet<Room>;
}

export function storeConnection(record: ConnectionRecord): StoredConnection {
  const { id, protocol, connectedAt } = record;
  const handshake = copy(record.handshake);
  return { id, protocol, handshake, connectedAt, receiveState: {}, sockets: new Map() };
}

export function storeSocket(socket: SocketRecord): StoredSocket {
  const { id, auth, issued, parent, pid, recovered, once, rooms, hearing } = socket;
  const fixed = JSON.stringify({ auth, issued, parent, pid, recovered, once });
  const { state, until } = storeState(socket.state);
  checkSize(fixed, state, ...[...rooms].map(String));
  return { id, fixed, state, until, hearing, rooms: new Set(rooms) };
}

export function storeState({ shared: _, ...state }: SocketState) {
  const text = JSON.stringify(state);
  checkSize(text);
  return { state: text, until: expiryOf(state.data) };
}

export function storeShared({ shared }: SocketState): string | undefined {
  return shared && JSON.stringify(shared);
}

export function readConnection(stored: StoredConnection): ConnectionRecord {
  const { receiveState, shared, sockets, ...connection } = stored;
  const read = [...sockets].map(
    ([namespace, socket]) => [namespace, readSocket(socket, shared)] as const,
  );
  return { ...copy(connection), ...copy(receiveState), sockets: new Map(read) };
}

/** What of a socket does not change as long as it lives. */
type FixedRecord = Pick<SocketRecord, "auth" | "issued" | "parent" | "pid" | "recovered" | "once">;

function readSocket(
  { id, fixed, state, until, hearing, rooms }: StoredSocket,
  shared?: string,
): SocketRecord {
  return {
    id,
    ...(JSON.parse(fixed) as FixedRecord),
    ...defined({ until, hearing }),
    // As in Socket.IO, whose sockets join their own room first.
    rooms: new Set(rooms.has(id) ? [id, ...rooms] : rooms),
    state: {
      ...(JSON.parse(state) as SocketState),
      ...(shared === undefined ? {} : { shared: JSON.parse(shared) as Record<string, Entries> }),
    },
  };
}

/** What the next frames need to know: what is absent stays as it was. */
export function mergeReceiveState(
  before: StoredConnection["receiveState"],
  { kept: _, ...change }: ReceiveState,
): StoredConnection["receiveState"] {
  const { pending, ...rest } = copy({ ...before, ...change });
  if (pending) checkSize(...pending);
  return { ...rest, ...(pending && pending.length > 0 ? { pending } : {}) };
}
