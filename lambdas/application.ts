import { createApplication } from "./create-application";

export const handler = createApplication();
