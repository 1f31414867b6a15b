import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { parsePart } from "../src/lanes/parts";
import { retrySoon } from "../src/lanes/retries";
import { DynamoParts } from "../src/store/parts";
import { DynamoSessions } from "../src/store/sessions";
import { work } from "../src/workers/work";
import { composeDelivery, composeLanes, composeStore, composeTable, fanOutQueue } from "./compose";
import { observed } from "./observed";

const table = composeTable();
const sqs = new SQSClient({});
const ports = {
  parts: new DynamoParts(table),
  sessions: new DynamoSessions(table),
  store: composeStore(table),
  delivery: composeDelivery(),
  lanes: composeLanes(sqs),
};

const queue = fanOutQueue();

/** Parts of broadcasts that are too large for one invocation; one at a time, so that a failure is its own. */
export const handler = observed(async ({ Records: records }: SQSEvent) => {
  for (const record of records) {
    try {
      await work(ports, parsePart(record.body));
    } catch (error) {
      const receives = Number(record.attributes.ApproximateReceiveCount);
      await retrySoon(sqs, queue, [{ ...record, receives }]);
      throw error;
    }
  }
});
