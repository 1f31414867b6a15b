import { startMemory } from "../../src/durable";
import { ConnectionMemories } from "../../src/host/connection-memory";
import { composeHost } from "../compose-host";
import { createLane } from "../create-lane";
import { restorerOf } from "../locked/restorer";

const memories = new ConnectionMemories(startMemory);

/** The same of an application with locks of its own; see `../locked/lane.ts`. */
export const handler = createLane((io) =>
  composeHost(io, { restoreRequest: restorerOf(io), memories: memories.of(io) }),
);
