import type { Server } from "socket.io";
import { refuseOptions, refuseUnlessRun } from "../locks";
import { serverInternals } from "./internals";

/**
 * Refuses an application whose server would ignore a lock. The construct reads the source; this is for what only
 * shows when the application is loaded: options from a function, from a package or by a later assignment.
 *
 * @throws Error with the reason and the way out
 */
export function refuseLocks(io: Server): void {
  refuseOptions(serverInternals(io).opts);
  const { engine } = io as Partial<Server>;
  if (!engine) return;
  const { opts, middlewares = [] } = engine as unknown as EngineInternals;
  // Engine.IO's own default of `wsEngine` is nothing that the application has asked for.
  refuseOptions({ ...opts, wsEngine: undefined });
  // The option `cors` is a middleware of the engine too.
  if (middlewares.length > (opts?.cors ? 1 : 0)) refuseUnlessRun("engine.use", "io.engine.use");
}

/** Of Engine.IO's own server, which applications bring where no bundler has replaced it. */
interface EngineInternals {
  readonly opts?: { readonly cors?: unknown };
  readonly middlewares?: readonly unknown[];
}

/** The largest message that the application takes from a client, in bytes; `undefined` if it does not say. */
export function maxMessageBytes(io: Server): number | undefined {
  const { opts } = serverInternals(io);
  const { opts: attached } = ((io as Partial<Server>).engine ?? {}) as {
    opts?: { maxHttpBufferSize?: unknown };
  };
  const bytes = opts.maxHttpBufferSize ?? attached?.maxHttpBufferSize;
  return typeof bytes === "number" ? bytes : undefined;
}
