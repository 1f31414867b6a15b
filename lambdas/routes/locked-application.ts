import { createApplication } from "../create-application";
import { restorerOf } from "../locked/restorer";
import { prepareRoutes } from "../prepare-routes";
import { routesOver } from "./routes-of";

prepareRoutes();

/** The same with locks of its own; see `../locked/lane.ts`. */
export const handler = createApplication((table) => ({ restorerOf, routesOf: routesOver(table) }));
