import type { APIGatewayProxyWebsocketEventV2, Context, SQSEvent } from "aws-lambda";
import { handleBatch, handleFrame } from "../src/lanes/consume";
import { composeHost } from "./compose-host";
import { observed } from "./observed";
import { startApplication } from "./start-application";

const application = startApplication(composeHost);

/** A batch from a queue or, with `ordering: "none"`, one frame straight from API Gateway. */
export const handler = observed(
  async (event: SQSEvent | APIGatewayProxyWebsocketEventV2, context: Context) => {
    const { host, queue } = await application();
    const deadline = Date.now() + context.getRemainingTimeInMillis();
    return "Records" in event
      ? handleBatch(host, event.Records, deadline, queue)
      : handleFrame(host, event, deadline);
  },
);
