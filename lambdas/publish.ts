import type { Context } from "aws-lambda";
import { io } from "lambda-rooms-app";
import { handleRequest } from "../src/functions/publish/publish";
import type { UrlEvent } from "../src/functions/publish/routes";
import { composeHost } from "./compose-host";
import { observed } from "./observed";

const { host } = composeHost(io);

/** The function URL by which other code publishes to rooms; who may call it is a matter of IAM. */
export const handler = observed((event: UrlEvent, context: Context) =>
  handleRequest(host, event, Date.now() + context.getRemainingTimeInMillis() - 2000),
);
