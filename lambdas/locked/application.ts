import type { UpgradeEngine } from "../../src/ports";
import { restoreRequest } from "../../src/upgrade/restore";
import { createApplication } from "../create-application";

/** The one lane of an application with locks of its own; see `lane.ts`. */
export const handler = createApplication({
  restorerOf: (io) => {
    // Hosting takes the engine's place, and shares its middlewares.
    const engine = io.engine as unknown as UpgradeEngine;
    return (handshake, put) => restoreRequest(engine, handshake, put);
  },
});
