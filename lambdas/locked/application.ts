import { createApplication } from "../create-application";
import { restorerOf } from "./restorer";

/** The one lane of an application with locks of its own; see `lane.ts`. */
export const handler = createApplication(() => ({ restorerOf }));
