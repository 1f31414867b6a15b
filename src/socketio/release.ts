import type { Server } from "socket.io";
import { currentContext, runQuietly } from "../context/event-context";
import { warnOfLoss } from "../context/lost-effects";
import { adapterOf } from "./address";
import { type ClientInternals, namespaceInternals, serverInternals } from "./internals";
import type { VirtualConnection } from "./virtual-connection";

interface Hosted {
  readonly io: Server;
  readonly client: ClientInternals;
  readonly connection: VirtualConnection;
}

/** Takes a connection with its sockets out of the process, and leaves them in the table. */
export function releaseConnection({ io, client, connection }: Hosted): void {
  if (connection.readyState === "open") silence(client);
  // Whatever still runs reaches no client from here on.
  connection.readyState = "closed";
  releaseSockets(io, client);
}

function releaseSockets(io: Server, client: ClientInternals): void {
  client.destroy();
  client.decoder.destroy();
  runQuietly(() => {
    for (const namespace of serverInternals(io)._nsps.values()) {
      adapterOf(namespace).memberships.endedSockets.forget(client.id);
      const { sockets, _preConnectSockets: connecting } = namespaceInternals(namespace);
      for (const socket of [...connecting.values(), ...client.sockets.values()]) {
        if (socket.nsp !== namespace || (socket.client as unknown) !== client) continue;
        namespaceInternals(namespace)._remove(socket);
        sockets.delete(socket.id);
        adapterOf(namespace).memberships.release(socket.id);
      }
    }
  });
}

/** What a callback still does with the sockets of a connection once its batch is over: nothing, but it is logged. */
function silence(client: ClientInternals): void {
  client._packet = () => drop("send");
  for (const socket of client.sockets.values()) {
    for (const method of ["join", "leave", "leaveAll", "disconnect"] as const) {
      socket[method] = (() => {
        drop(method);
        return method === "disconnect" ? socket : undefined;
      }) as never;
    }
  }
}

function drop(what: string): void {
  // In a replay it has happened before, or was logged at the real connect.
  if (!currentContext().isMuted) warnOfLoss(what, "it was dropped");
}
