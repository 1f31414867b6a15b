import type { Namespace, Server } from "socket.io";
import type { AdapterPorts, LocalSocket } from "../adapter/contract";
import { RoomsAdapter } from "../adapter/rooms-adapter";
import { currentContext } from "../context/event-context";
import type { Room } from "../ports";
import type { AckIds } from "./ack-ids";
import { addressOf, clientOf, connectionOf } from "./address";
import { describeSocket } from "./describe-socket";
import { hosted } from "./hosted-socket";
import { namespaceInternals } from "./internals";
import { markStored } from "./state";

/** What the adapter asks of others than Socket.IO. */
export type GivenPorts = Omit<AdapterPorts, "nextAckId" | "otherRooms">;

/** The class of the adapters of a hosted server: ours, given what only the host knows of its sockets. */
export function createAdapterClass(io: Server, ports: GivenPorts, ackIds: AckIds) {
  return class extends RoomsAdapter {
    constructor(namespace: Namespace) {
      const internals = namespaceInternals(namespace);
      const otherRooms = (id: string) => roomsBeside(namespace, id);
      const nextAckId = () => internals._ids++;
      super(internals as never, { ...ports, otherRooms, nextAckId }, (id) =>
        describeLocal(io, namespace, id),
      );
      ackIds.install(namespace);
      if (namespace.adapter) takeListeners(namespace.adapter, this);
    }

    override emit(event: string, ...args: unknown[]): boolean {
      const listeners = this.rawListeners(event);
      for (const listener of listeners) {
        currentContext().call(`a listener for "${event}" of an adapter`, () =>
          Reflect.apply(listener, this, args),
        );
      }
      return listeners.length > 0;
    }
  };
}

/** The application may have listened to the adapter that Socket.IO made before it was hosted. */
function takeListeners(from: NodeJS.EventEmitter, to: NodeJS.EventEmitter): void {
  for (const name of from.eventNames()) {
    for (const listener of from.rawListeners(name)) to.on(name, listener as () => void);
  }
}

/** The rooms of the other sockets of a socket's connection, their own apart. */
function* roomsBeside(namespace: Namespace, id: string): Iterable<Room> {
  const { sockets, _preConnectSockets: connecting } = namespaceInternals(namespace);
  const socket = sockets.get(id) ?? connecting.get(id);
  for (const other of socket ? clientOf(socket).sockets.values() : []) {
    if (other === socket) continue;
    for (const room of other.rooms as Set<Room>) if (room !== other.id) yield room;
  }
}

function describeLocal(io: Server, namespace: Namespace, id: string): LocalSocket | undefined {
  const socket = namespace.sockets.get(id);
  if (!socket) return undefined;
  return {
    address: addressOf(socket),
    isCurrent: () => currentContext().connectionId === connectionOf(socket).record.id,
    isEnding: () => hosted(socket).isEnding,
    isClosing: () => connectionOf(socket).readyState === "closed",
    describe: () => {
      const described = describeSocket(io, socket);
      markStored(socket, described.state);
      return described;
    },
  };
}
