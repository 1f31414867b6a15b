import { dirname, join } from "node:path";

/** The builds of Socket.IO's client that come with its server. */
export function clientFolder(): string {
  return join(dirname(require.resolve("socket.io/package.json")), "client-dist");
}
