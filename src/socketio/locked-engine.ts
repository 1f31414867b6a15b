import { EventEmitter } from "node:events";
import { ENGINE_METHODS, refuseLock, refuseUnlessRun } from "../locks";
import { logWarning } from "../log";
import type { Middleware, NotedMiddleware } from "../ports";
import { ownPlace } from "./own-place";

/**
 * An Engine.IO server that keeps what the function of $connect runs, and refuses other ways to keep clients out.
 * `connection_error` comes there; other events of Engine.IO may be listened to, and never come.
 */
export class LockedEngine extends EventEmitter {
  middlewares: NotedMiddleware[] = [];

  constructor() {
    super();
    this.on("newListener", (event, listener: { readonly name: string }) => {
      if (event === "headers" || event === "initial_headers") warnOfHeaders(event);
      // The one listener that Socket.IO adds: https://github.com/socketio/socket.io, `Server.bind`.
      if (event !== "connection" || listener.name === "bound onconnection") return;
      if (COUNTS.test(String(listener))) return;
      refuseLock('engine.on("connection")', 'io.engine.on("connection")');
    });
    for (const name of ENGINE_METHODS) {
      Object.defineProperty(this, name, {
        get: () => () => refuseLock("engine's methods", `io.engine.${name}`),
        set: () => refuseLock("engine's methods", `io.engine.${name}`),
      });
    }
  }

  /** Keeps a middleware for the requests that open connections; the only ones that come here. */
  use(run: Middleware): void {
    refuseUnlessRun("engine.use", "io.engine.use");
    const here = new Error();
    // Reading the source map takes ten milliseconds, so it is read for messages only.
    this.middlewares.push({ run, place: () => `io.engine.use at ${ownPlace(here.stack)}` });
  }
}

/**
 * `instrument()` of @socket.io/admin-ui counts packets of Engine.IO's sockets there, and keeps no client out. There are no
 * such sockets, so it counts none: https://github.com/socketio/socket.io-admin-ui/blob/main/lib/index.ts
 */
const COUNTS = /\b_eventBuffer\b/;

function warnOfHeaders(event: string): void {
  logWarning(
    `io.engine.on("${event}") is never called: API Gateway writes the headers of an upgrade, and takes none from a function`,
  );
}
