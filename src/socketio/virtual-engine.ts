import { LockedEngine } from "./locked-engine";

/** What Socket.IO takes for its Engine.IO server: `io.engine`. It never listens. */
export class VirtualEngine extends LockedEngine {
  /** @param before the engine whose place it takes: what is added to either is a middleware of both */
  constructor(before?: unknown) {
    super();
    if (before instanceof LockedEngine) this.middlewares = before.middlewares;
    this.opts = (before as { readonly opts?: object } | undefined)?.opts ?? {};
  }

  /** As the application gave them. */
  readonly opts: object;
  /** Connections that this process is serving right now. */
  clientsCount = 0;

  close(): this {
    return this;
  }
}
