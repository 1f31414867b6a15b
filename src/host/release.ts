import type { Server } from "socket.io";
import { adapterOf } from "./address";
import { type ClientInternals, namespaceInternals, serverInternals } from "./internals";
import { runIn, Scope } from "./scope";

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
