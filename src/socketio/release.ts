import type { Server } from "socket.io";
import { currentScope, runIn, Scope } from "../context/event-context";
import { warnOfLoss } from "../context/lost-effects";
import { adapterOf } from "./address";
import { type ClientInternals, namespaceInternals, serverInternals } from "./internals";

/** Takes the sockets of a connection out of the process, and leaves them in the table. */
export function releaseSockets(io: Server, client: ClientInternals): void {
  client.destroy();
  client.decoder.destroy();
  runIn(new Scope(true, {}), () => {
    for (const namespace of serverInternals(io)._nsps.values()) {
      adapterOf(namespace).departures.forget(client.id);
      const { sockets, _preConnectSockets: connecting } = namespaceInternals(namespace);
      for (const socket of [...connecting.values(), ...client.sockets.values()]) {
        if (socket.nsp !== namespace || (socket.client as unknown) !== client) continue;
        namespaceInternals(namespace)._remove(socket);
        sockets.delete(socket.id);
        adapterOf(namespace).release(socket.id);
      }
    }
  });
}

/** What a callback still does with the sockets of a connection once its batch is over: nothing, but it is logged. */
export function silence(client: ClientInternals): void {
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
  if (!currentScope().muted) warnOfLoss(what, "it was dropped");
}
