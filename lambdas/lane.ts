import type { APIGatewayProxyWebsocketEventV2, Context, SQSEvent } from "aws-lambda";
import { io } from "lambda-rooms-app";
import { handleBatch, handleFrame, type QueuePorts } from "../src/lanes/consume";
import { DynamoTrials } from "../src/store/trials";
import { composeHost } from "./compose-host";
import { holdBatch } from "./escapes";
import { observed } from "./observed";

const { host, table, lanes } = composeHost(io);
const queue: QueuePorts = {
  trials: new DynamoTrials(table),
  setAside: (item) => lanes.setAside(item),
  forget: (handled) => lanes.forget(handled),
  retrySoon: (failed) => lanes.retrySoon(failed),
  giveBack: (messages) => lanes.giveBack(messages),
  begun: holdBatch,
};

/** A batch from a queue or, with `ordering: "none"`, one frame straight from API Gateway. */
export const handler = observed(
  async (event: SQSEvent | APIGatewayProxyWebsocketEventV2, context: Context) => {
    const deadline = Date.now() + context.getRemainingTimeInMillis();
    return "Records" in event
      ? handleBatch(host, event.Records, deadline, queue)
      : handleFrame(host, event, deadline);
  },
);
