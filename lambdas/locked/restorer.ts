import type { Server } from "socket.io";
import type { RestoreRequest } from "../../src/host/host-ports";
import { upgradeEngineOf } from "../../src/socketio/upgrade-engine";
import { restoreRequest } from "../../src/upgrade/restore";

/** Later events show what the locks of this copy of the application have put on a request. */
export function restorerOf(io: Server): RestoreRequest {
  // Hosting takes the engine's place, and shares its middlewares.
  const engine = upgradeEngineOf(io);
  return (handshake, put) => restoreRequest(engine, handshake, put);
}
