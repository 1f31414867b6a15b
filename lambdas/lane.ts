import type { APIGatewayProxyWebsocketEventV2, Context, SQSEvent } from "aws-lambda";
import { io } from "lambda-rooms-app";
import { Host } from "../src/host/host";
import { handleBatch, handleFrame } from "../src/lanes/consume";
import { logError } from "../src/log";
import { createStores } from "../src/store/stores";
import { composeDelivery, composeLanes, composeTable } from "./compose";

const host = new Host(io, {
  ...createStores(composeTable()),
  delivery: composeDelivery(),
  lanes: composeLanes(),
});

// A promise that an application forgot must not take the other connections of the batch with it, as
// it would by the listener of Lambda's runtime, which ends the process.
process.removeAllListeners("unhandledRejection");
process.on("unhandledRejection", (error) => logError("The application left a rejection", error));

/** A batch from the lane queue or, with `ordering: "none"`, one frame straight from API Gateway. */
export const handler = (event: SQSEvent | APIGatewayProxyWebsocketEventV2, context: Context) => {
  const deadline = Date.now() + context.getRemainingTimeInMillis();
  return "Records" in event
    ? handleBatch(host, event.Records, deadline)
    : handleFrame(host, event, deadline);
};
