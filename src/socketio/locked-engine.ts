import { EventEmitter } from "node:events";
import { ENGINE_METHODS, refuseLock } from "../locks";

/**
 * An Engine.IO server that refuses what an application would keep clients out with. Engine.IO's own events, such as
 * `connection_error` and `headers`, may be listened to: they never come.
 */
export class LockedEngine extends EventEmitter {
  constructor() {
    super();
    this.on("newListener", (event, listener: { readonly name: string }) => {
      // The one listener that Socket.IO adds: https://github.com/socketio/socket.io, `Server.bind`.
      if (event !== "connection" || listener.name === "bound onconnection") return;
      refuseLock('engine.on("connection")', 'io.engine.on("connection")');
    });
    for (const name of ENGINE_METHODS) {
      Object.defineProperty(this, name, {
        get: () => () => refuseLock("engine's methods", `io.engine.${name}`),
        set: () => refuseLock("engine's methods", `io.engine.${name}`),
      });
    }
  }

  /** Middlewares of the engine see HTTP requests, and none come. */
  use(): never {
    return refuseLock("engine.use", "io.engine.use");
  }
}
