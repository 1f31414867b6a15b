import { heartbeat } from "../src/functions/heartbeat";
import { composeHeartbeat } from "./compose";
import { observed } from "./observed";

const ports = composeHeartbeat();

/** The schedule: one ping for each connection, well inside API Gateway's ten idle minutes. */
export const handler = observed(() => heartbeat(ports));
