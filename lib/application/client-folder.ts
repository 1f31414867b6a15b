import { join } from "node:path";
import { hostedSocketIo } from "./parts";

/** The builds of Socket.IO's client that come with the server that functions run. */
export function clientFolder(): string {
  return join(hostedSocketIo(), "client-dist");
}
