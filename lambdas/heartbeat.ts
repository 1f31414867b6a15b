import { heartbeat } from "../src/upkeep/heartbeat";
import { composeDelivery, composeLanes, composeStore } from "./compose";
import { observed } from "./observed";

const ports = {
  store: composeStore(),
  delivery: composeDelivery(),
  lanes: composeLanes(),
  now: Date.now,
};

/** The schedule: one ping for each connection, well inside API Gateway's ten idle minutes. */
export const handler = observed(() => heartbeat(ports));
