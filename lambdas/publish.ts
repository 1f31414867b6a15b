import type { Context } from "aws-lambda";
import { handleRequest } from "../src/functions/publish/publish";
import type { UrlEvent } from "../src/functions/publish/routes";
import { composeHost } from "./compose-host";
import { observed } from "./observed";
import { startApplication } from "./start-application";

const application = startApplication(composeHost);

/** The function URL by which other code publishes to rooms; who may call it is a matter of IAM. */
export const handler = observed(async (event: UrlEvent, context: Context) => {
  const { host } = await application();
  return handleRequest(host, event, Date.now() + context.getRemainingTimeInMillis() - 2000);
});
