import { Namespace, Server, Socket } from "socket.io";
import { Application } from "../src/names";
import { ownPlace } from "../src/socketio/own-place";
import * as requests from "../src/wire/requests";

/**
 * The copy of socket.io that applications get, whichever they bring, and the servers that they make with it. The
 * application's bundle is another file and finds it by a symbol; see `lib/application/packages.ts`.
 */

/** A server, and where the application makes it. */
export interface MadeServer {
  readonly io: Server;
  /** `file:line:column`, by the source map; only asked for messages, since reading the map takes ten milliseconds. */
  place(): string;
}

type Listener = (server: MadeServer) => void;

const made: MadeServer[] = [];
let listener: Listener | undefined;

/** Puts what functions and applications share where the latter look for it: of the validators, one copy is enough. */
export function provideSocketIo(): void {
  const createServer = (...args: ConstructorParameters<typeof Server>) => new NotedServer(...args);
  const socketIo = Object.assign(createServer, { Server: NotedServer, Namespace, Socket });
  Object.assign(globalThis, {
    [Symbol.for(Application.hosted)]: { "socket.io": socketIo, requests },
  });
}

/** The servers so far, in the order in which they were made. */
export function madeServers(): readonly MadeServer[] {
  return made;
}

/** A further copy of the application makes its own. */
export function forgetServers(): void {
  made.length = 0;
  listener = undefined;
}

/** Tells of servers that are made from now on. */
export function onMadeServer(tell: Listener): void {
  listener = tell;
}

/** `instanceof` and classes that extend it work as with the class itself. */
const NotedServer = new Proxy(Server, {
  construct(target, args, newTarget) {
    const io: Server = Reflect.construct(target, args, newTarget);
    const here = new Error();
    const server = { io, place: () => ownPlace(here.stack) };
    made.push(server);
    listener?.(server);
    return io;
  },
});
