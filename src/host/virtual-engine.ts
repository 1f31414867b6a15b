import { EventEmitter } from "node:events";

/** What Socket.IO takes for its Engine.IO server: `io.engine`. It never listens. */
export class VirtualEngine extends EventEmitter {
  /** Connections that this process is serving right now. */
  clientsCount = 0;

  close(): this {
    return this;
  }
}
