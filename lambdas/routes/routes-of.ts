import type { Server } from "socket.io";
import { createRoutes } from "../../src/functions/http/on-lane";
import type { Routes } from "../../src/host/application/routes";
import { DynamoRequests } from "../../src/store/dynamo/requests";
import type { Table } from "../../src/store/dynamo/table";
import { createServerFinder } from "../request-server";

/** What hands requests to each copy of the application. */
export function routesOver(table: Table): (io: Server) => Routes {
  const requests = new DynamoRequests(table);
  return (io) => createRoutes({ requests, findServer: createServerFinder(io) });
}
