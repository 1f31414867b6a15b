import type { Socket } from "socket.io";
import type { RoomsAdapter } from "../adapter/rooms-adapter";
import type { EventContext } from "../context/event-context";
import { expiryOf } from "../expiry";
import { logInfo } from "../log";
import { count } from "../metrics";
import type { ReceiveState, SocketId, SocketState } from "../ports";
import { addressOf } from "../socketio/address";
import { jsonBytes } from "../socketio/state-size";
import { endUnsaved } from "./cut-off";
import type { HostedConnection } from "./hosted-connection";
import { newReceiveState } from "./receive-state";
import type { SocketStates } from "./socket-states";

/** What is written at the end of a batch: what the next one has to know, or that the connection has ended. */
export function keep(live: HostedConnection, states: SocketStates, context: EventContext): void {
  keepStates(live, states, context, newReceiveState(live));
}

/** What the application keeps on the sockets of a connection and, if there is any, what its next frames have to know. */
export function keepStates(
  live: HostedConnection,
  states: SocketStates,
  context: EventContext,
  receiveState?: ReceiveState,
): void {
  const { client, connection, store, record } = live;
  const unsaved = [...client.sockets.values()].flatMap((socket) => {
    const state = states.unsaved(socket);
    return state ? [{ socket, state }] : [];
  });
  if (outgrows(live, unsaved, receiveState)) {
    void context.effect("keep apart", async () => {
      connection.apart = await store.spread(record.id);
    });
  }
  for (const { socket, state } of unsaved) {
    void context.effect("save state", () => save(live, socket, state));
  }
  // Afterwards: an action that it names is answered and not carried out if it comes again.
  if (receiveState) {
    const keepReceiveState = () =>
      store.saveReceiveState(record.id, receiveState, connection.apart);
    void context.effect("keep the receive state", keepReceiveState);
  }
}

interface Unsaved {
  readonly socket: Socket;
  readonly state: SocketState;
}

/** Whether the connection's own item has become too large for what is written to it often. */
function outgrows(
  { connection, record }: HostedConnection,
  unsaved: readonly Unsaved[],
  receiveState: ReceiveState | undefined,
): boolean {
  if (connection.apart !== undefined) return false;
  const grown = unsaved.map(
    ({ socket, state }) =>
      jsonBytes(state) - jsonBytes(record.sockets.get(socket.nsp.name)?.state ?? {}),
  );
  if (receiveState?.pending)
    grown.push(jsonBytes(receiveState.pending) - jsonBytes(record.pending ?? []));
  return grown.reduce((sum, bytes) => sum + bytes, 0) > (record.spareBytes ?? Infinity);
}

/** What can never be saved would fail again: the next event would not know of this one. */
async function save(live: HostedConnection, socket: Socket, state: SocketState): Promise<void> {
  const address = addressOf(socket);
  const known = live.record.sockets.get(address.namespace);
  const isRenewed = known?.id !== socket.id || expiryOf(known.state.data) !== expiryOf(state.data);
  try {
    await live.store.saveState(address, state, isRenewed);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    endUnsaved(live, error.message);
  }
}

/** @param adapters by namespace; `unheard`: its sockets were not restored, since no listener waits for their end */
export async function endConnection(
  { record, store }: HostedConnection,
  adapters: ReadonlyMap<string, RoomsAdapter>,
  { unheard }: { readonly unheard: boolean },
): Promise<void> {
  for (const [namespace, { id: socketId, rooms }] of unheard ? record.sockets : []) {
    const { id: connectionId, protocol } = record;
    const address = { namespace, socketId, connectionId, protocol };
    await adapters.get(namespace)?.memberships.depart(address, [...rooms]);
    logInfo("A socket disconnected", { connectionId, namespace, socketId });
  }
  const departed = (namespace: string, socketId: SocketId) =>
    adapters.get(namespace)?.memberships.endedSockets.of(record.id, socketId);
  const ended = await store.close(record.id, departed);
  if (ended) count("ConnectionsEnded");
  // Others may have joined a socket to rooms since it was restored.
  for (const { namespace, socketId, rooms } of ended ?? [])
    await adapters.get(namespace)?.memberships.counter.left(socketId, rooms);
}
