import { LockedEngine } from "./locked-engine";

/** What Socket.IO takes for its Engine.IO server: `io.engine`. It never listens. */
export class VirtualEngine extends LockedEngine {
  /** Connections that this process is serving right now. */
  clientsCount = 0;

  close(): this {
    return this;
  }
}
