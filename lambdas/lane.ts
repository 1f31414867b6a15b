import type { APIGatewayProxyWebsocketEventV2, Context, SQSEvent } from "aws-lambda";
import { io } from "lambda-rooms-app";
import { Host } from "../src/host/host";
import { handleBatch, handleFrame } from "../src/lanes/consume";
import { logError } from "../src/log";
import { DynamoAnswers } from "../src/store/dynamo-answers";
import { DynamoNamespaces } from "../src/store/namespaces";
import { DynamoLog } from "../src/store/packet-log";
import { RoomRegistry } from "../src/store/room-registry";
import { DynamoSessions } from "../src/store/sessions";
import { composeDelivery, composeLanes, composeStore, composeTable } from "./compose";

const table = composeTable();
const host = new Host(io, {
  store: composeStore(table),
  answers: new DynamoAnswers(table),
  sessions: new DynamoSessions(table),
  log: new DynamoLog(table),
  rooms: new RoomRegistry(table),
  namespaces: new DynamoNamespaces(table),
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
