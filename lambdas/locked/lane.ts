import type { UpgradeEngine } from "../../src/ports";
import { restoreRequest } from "../../src/upgrade/restore";
import { composeHost } from "../compose-host";
import { createLane } from "../create-lane";

/** The lane of an application with locks of its own: later events show what these have put on the request. */
export const handler = createLane((io) => {
  // Hosting takes the engine's place, and shares its middlewares.
  const engine = io.engine as unknown as UpgradeEngine;
  return composeHost(io, {
    restoreRequest: (handshake, put) => restoreRequest(engine, handshake, put),
  });
});
