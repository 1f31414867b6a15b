import { composeHost } from "../compose-host";
import { createLane } from "../create-lane";
import { restorerOf } from "./restorer";

/** The lane of an application with locks of its own: later events show what these have put on the request. */
export const handler = createLane((io) => composeHost(io, { restoreRequest: restorerOf(io) }));
