import { heartbeat } from "../src/upkeep/heartbeat";
import { composeDelivery, composeLanes, composeStore } from "./compose";

const ports = {
  store: composeStore(),
  delivery: composeDelivery(),
  lanes: composeLanes(),
  now: Date.now,
};

/** The schedule: one ping for each connection, well inside API Gateway's ten idle minutes. */
export const handler = () => heartbeat(ports);
