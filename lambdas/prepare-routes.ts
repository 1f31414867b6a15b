import { join } from "node:path";
import { watchListeners } from "../src/functions/http/watch-listeners";
import { CLIENT_FILES } from "../src/names";
import { serveClientFrom } from "../src/socketio/client-files";
import { watchOwnServers } from "./request-server";

/** Notes the servers that an application makes. Call before it is loaded. */
export function prepareRoutes(): void {
  watchOwnServers();
  watchListeners();
  serveClientFrom(join(__dirname, CLIENT_FILES));
}
