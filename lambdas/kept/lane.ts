import { startMemory } from "../../src/durable";
import { ConnectionMemories } from "../../src/host/connection-memory";
import { composeHost } from "../compose-host";
import { createLane } from "../create-lane";

// Before the application is loaded: its bundle looks for it.
const memories = new ConnectionMemories(startMemory);

/** The lane of an application whose connections keep what their handlers hold. */
export const handler = createLane((io) => composeHost(io, { memories: memories.of(io) }));
