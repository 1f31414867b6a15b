import type { SQSEvent } from "aws-lambda";
import { parsePart } from "../src/lanes/parts";
import { DynamoParts } from "../src/store/parts";
import { DynamoSessions } from "../src/store/sessions";
import { work } from "../src/workers/work";
import { composeDelivery, composeLanes, composeStore, composeTable } from "./compose";
import { observed } from "./observed";

const table = composeTable();
const ports = {
  parts: new DynamoParts(table),
  sessions: new DynamoSessions(table),
  store: composeStore(table),
  delivery: composeDelivery(),
  lanes: composeLanes(),
};

/** Parts of broadcasts that are too large for one invocation; one at a time, so that a failure is its own. */
export const handler = observed(async ({ Records: records }: SQSEvent) => {
  for (const { body } of records) await work(ports, parsePart(body));
});
