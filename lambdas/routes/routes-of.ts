import { join } from "node:path";
import type { Server } from "socket.io";
import { createRoutes } from "../../src/functions/http/on-lane";
import { watchListeners } from "../../src/functions/http/watch-listeners";
import type { Routes } from "../../src/host/application/routes";
import { CLIENT_FILES } from "../../src/names";
import { serveClientFrom } from "../../src/socketio/client-files";
import { DynamoRequests } from "../../src/store/dynamo/requests";
import type { Table } from "../../src/store/dynamo/table";
import { createServerFinder, watchOwnServers } from "../request-server";

/** Notes the servers that an application makes. Call before it is loaded. */
export function prepareRoutes(): void {
  watchOwnServers();
  watchListeners();
  serveClientFrom(join(__dirname, CLIENT_FILES));
}

/** What hands requests to each copy of the application. */
export function routesOver(table: Table): (io: Server) => Routes {
  const requests = new DynamoRequests(table);
  return (io) => createRoutes({ requests, findServer: createServerFinder(io) });
}
