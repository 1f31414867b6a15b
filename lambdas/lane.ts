import { composeHost } from "./compose-host";
import { createLane } from "./create-lane";

export const handler = createLane(composeHost);
