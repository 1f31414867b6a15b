import type { APIGatewayProxyWebsocketEventV2, Context, SQSEvent } from "aws-lambda";
import { io } from "lambda-rooms-app";
import { handleBatch, handleFrame } from "../src/lanes/consume";
import type { LaneItem } from "../src/lanes/read-lanes";
import { DynamoTrials } from "../src/store/trials";
import { composeHost } from "./compose-host";
import { observed } from "./observed";

const { host, table, lanes } = composeHost(io);
const trial = {
  trials: new DynamoTrials(table),
  setAside: (item: LaneItem) => lanes.setAside(item),
};

/** A batch from a queue or, with `ordering: "none"`, one frame straight from API Gateway. */
export const handler = observed(
  async (event: SQSEvent | APIGatewayProxyWebsocketEventV2, context: Context) => {
    const deadline = Date.now() + context.getRemainingTimeInMillis();
    return "Records" in event
      ? handleBatch(host, event.Records, deadline, trial)
      : handleFrame(host, event, deadline);
  },
);
