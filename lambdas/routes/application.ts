import { createApplication } from "../create-application";
import { prepareRoutes } from "../prepare-routes";
import { routesOver } from "./routes-of";

prepareRoutes();

/** The one lane of an application that answers HTTP requests too. */
export const handler = createApplication((table) => ({ routesOf: routesOver(table) }));
