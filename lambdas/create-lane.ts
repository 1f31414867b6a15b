import type { APIGatewayProxyWebsocketEventV2, Context, SQSEvent } from "aws-lambda";
import type { Server } from "socket.io";
import { handleBatch, handleFrame } from "../src/lanes/consume";
import type { composeHost } from "./compose-host";
import { observed } from "./observed";
import { startApplication } from "./start-application";

/** The function that runs the application for the events of connections. */
export function createLane(compose: (io: Server) => ReturnType<typeof composeHost>) {
  const application = startApplication(compose);
  /** A batch from a queue or, with `ordering: "none"`, one frame straight from API Gateway. */
  return observed(async (event: SQSEvent | APIGatewayProxyWebsocketEventV2, context: Context) => {
    const { host, queue } = await application();
    const deadline = Date.now() + context.getRemainingTimeInMillis();
    return "Records" in event
      ? handleBatch(host, event.Records, deadline, queue)
      : handleFrame(host, event, deadline);
  });
}
