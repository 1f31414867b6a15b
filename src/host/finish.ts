import type { Socket } from "socket.io";
import type { RoomsAdapter } from "../adapter/rooms-adapter";
import { logInfo } from "../log";
import { count } from "../metrics";
import type { SocketId, SocketState } from "../ports";
import { addressOf } from "./address";
import { endUnsaved } from "./cut-off";
import { newInflow } from "./inflow";
import type { Scope } from "./scope";
import type { Edge, Live } from "./session";
import type { SocketStates } from "./socket-states";

/** What is written at the end of a batch: what the next one has to know, or that the connection has ended. */
export function keep(live: Live, edge: Edge, states: SocketStates, scope: Scope): void {
  const { client, store, record } = live;
  const inflow = newInflow(live);
  if (inflow) void scope.effect("keep inflow", () => store.saveInflow(record.id, inflow));
  for (const socket of client.sockets.values()) {
    const state = states.unsaved(socket);
    if (state) void scope.effect("save state", () => save(live, edge, socket, state));
  }
}

/** What can never be saved would fail again: the next event would not know of this one. */
async function save(live: Live, edge: Edge, socket: Socket, state: SocketState): Promise<void> {
  try {
    await live.store.saveState(addressOf(socket), state);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    endUnsaved(live, edge, error.message);
  }
}

/** @param adapters by namespace; `unheard`: its sockets were not restored, since nobody listens to their end */
export async function endConnection(
  { record, store }: Live,
  adapters: ReadonlyMap<string, RoomsAdapter>,
  { unheard }: { readonly unheard: boolean },
): Promise<void> {
  for (const [namespace, { id: socketId, rooms }] of unheard ? record.sockets : []) {
    const { id: connectionId, protocol } = record;
    const address = { namespace, socketId, connectionId, protocol };
    await adapters.get(namespace)?.depart(address, [...rooms]);
    logInfo("A socket disconnected", { connectionId, namespace, socketId });
  }
  const departed = (namespace: string, socketId: SocketId) =>
    adapters.get(namespace)?.departures.of(record.id, socketId);
  const ended = await store.close(record.id, departed);
  if (ended) count("ConnectionsEnded");
  for (const rest of ended ?? []) await adapters.get(rest.namespace)?.departFromRest(rest);
}
