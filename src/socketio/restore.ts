import { type Namespace, type Server, Socket } from "socket.io";
import type { RoomsAdapter } from "../adapter/rooms-adapter";
import { idleWithCallbacks } from "../context/callbacks";
import {
  currentContext,
  EventContext,
  type Handled,
  runIn,
  runQuietly,
} from "../context/event-context";
import { countResources } from "../context/settle";
import { logWarning } from "../log";
import type { SocketRecord } from "../ports";
import { adapterOf } from "./address";
import { announceAgain } from "./announce";
import { AskedAcks } from "./asked-acks";
import { childOf } from "./child-namespaces";
import { hosted } from "./hosted-socket";
import {
  type ClientInternals,
  namespaceInternals,
  serverInternals,
  socketInternals,
} from "./internals";
import { noteListeners, removeListeners } from "./listeners";
import { memoryOf } from "./memory-hooks";
import { copyJson } from "./plain";
import { markStored, resetData, restoreProperties } from "./state";

/**
 * Rebuilds the sockets of a connection in a process that has never seen it: Socket.IO's own socket,
 * made as its connection state recovery makes one, then a replay of the connection handler with all
 * effects muted, only to register its listeners.
 */
export async function restoreSockets(
  io: Server,
  client: ClientInternals,
  sockets: ReadonlyMap<string, SocketRecord>,
  { connection, deadline }: { readonly connection: Handled; readonly deadline: number },
): Promise<void> {
  const before = countResources();
  const replay = new EventContext({ kind: "replay", connection, deadline });
  const restored = runIn(replay, () =>
    [...sockets].flatMap(([name, record]) => {
      const namespace = findNamespace(io, name, record);
      if (namespace) return [{ record, ...restoreSocket(namespace, client, record) }];
      const about = { connectionId: connection.id, namespace: name, socketId: record.id };
      logWarning("Cannot restore a socket: the application no longer has its namespace", about);
      return [];
    }),
  );
  runIn(replay, () => {
    for (const { socket, record } of restored) {
      announceAgain(socket, record.once);
    }
  });
  // A handler may register its listeners in the callback of a file.
  await idleWithCallbacks(replay, before);
  for (const { socket, data, record, endReplay } of restored) {
    // The replay has joined and left in the synchronous view too.
    adapterOf(socket.nsp).memberships.restore(socket.id, record);
    resetData(socket, data, record.state);
    restoreProperties(socket, record.state);
    endReplay();
    noteListeners(socket);
    removeListeners(socket, record.state.removed ?? {});
    markStored(socket, record.state);
  }
}

/** The adapters of sockets that need not be restored themselves. */
export function findAdapters(
  io: Server,
  sockets: ReadonlyMap<string, SocketRecord>,
): ReadonlyMap<string, RoomsAdapter> {
  return runQuietly(() => {
    const found = [...sockets].flatMap(([name, record]) => {
      const namespace = findNamespace(io, name, record);
      return namespace ? [[name, adapterOf(namespace)] as const] : [];
    });
    return new Map(found);
  });
}

/** A dynamic namespace is made again by the parent that made it, without asking its matcher again. */
function findNamespace(io: Server, name: string, record: SocketRecord): Namespace | undefined {
  const { _nsps, parentNsps } = serverInternals(io);
  const existing = _nsps.get(name);
  if (existing || record.parent === undefined) return existing;
  const parent = [...parentNsps.values()][record.parent];
  return parent && childOf(io, parent, name);
}

function restoreSocket(
  namespace: Namespace,
  client: ClientInternals,
  record: SocketRecord,
): { socket: Socket; data: object; endReplay: () => void } {
  // The replay may write to this copy as it likes.
  const data = copyJson(record.state.data);
  const session = {
    sid: record.id,
    pid: record.pid as string,
    rooms: [...record.rooms] as string[],
    data,
    missedPackets: [],
  };
  const socket = new Socket(namespace, client as never, record.auth, session);
  const internals = socketInternals(socket);
  internals.connected = true;
  const endReplay = guardReplay(socket, record.recovered ?? false);
  internals.handshake = {
    ...socket.handshake,
    issued: record.issued,
    time: `${new Date(record.issued)}`,
  };
  // Before the application's properties come: the memory takes those that are there for Socket.IO's.
  memoryOf(namespace.server)?.enter(socket);
  restoreProperties(socket, record.state);
  hosted(socket).askedAcks = new AskedAcks(record.state.keptAcks);
  const { sockets, adapter } = namespaceInternals(namespace);
  adapter.memberships.restore(socket.id, record);
  sockets.set(socket.id, socket);
  client.sockets.set(socket.id, socket);
  client.nsps.set(namespace.name, socket);
  return { socket, data, endReplay };
}

/**
 * Makes `socket.recovered` tell a connection handler that it is replayed, however long it takes: also after the
 * invocation has stopped waiting for it, when other listeners already see what it was at the connect.
 */
function guardReplay(socket: Socket, recovered: boolean): () => void {
  let isReplaying = true;
  Object.defineProperty(socket, "recovered", {
    get: () => isReplaying || currentContext().isMuted || recovered,
    enumerable: true,
    configurable: true,
  });
  return () => {
    isReplaying = false;
  };
}
