import type { Context, SQSEvent } from "aws-lambda";
import { handleBatch } from "../src/lanes/consume";
import { laneOfApplication } from "../src/lanes/read-lanes";
import { composeHost } from "./compose-host";
import { observed } from "./observed";
import { startApplication } from "./start-application";

const application = startApplication(composeHost);

/** A batch of the one lane of `ordering: "application"`. */
export const handler = observed(async (event: SQSEvent, context: Context) => {
  const { host, queue } = await application();
  const deadline = Date.now() + context.getRemainingTimeInMillis();
  return handleBatch(host, event.Records, deadline, queue, laneOfApplication);
});
