import type { Context, SQSEvent } from "aws-lambda";
import { startMemory } from "../src/durable";
import { handleBatch } from "../src/lanes/consume";
import { laneOfApplication } from "../src/lanes/read-lanes";
import { composeApplication } from "./compose-host";
import { startCopies } from "./copies";
import { observed } from "./observed";

/** The function that keeps the application: batches of the one lane of `ordering: "application"`. */
export function createApplication(furtherOver?: Parameters<typeof composeApplication>[1]) {
  const { host, queue } = composeApplication(startCopies(startMemory), furtherOver);
  return observed(async (event: SQSEvent, context: Context) => {
    const deadline = Date.now() + context.getRemainingTimeInMillis();
    return handleBatch(host, event.Records, deadline, queue, laneOfApplication);
  });
}
