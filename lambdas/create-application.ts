import type { Context, SQSEvent } from "aws-lambda";
import { startMemory } from "../src/durable";
import { handleBatch } from "../src/lanes/consume";
import { laneOfApplication } from "../src/lanes/read-lanes";
import { composeApplication } from "./compose-host";
import { startCopies } from "./copies";
import { observed } from "./observed";

/** The function that keeps the application: batches of the one lane of `ordering: "application"`. */
export function createApplication(furtherOver?: Parameters<typeof composeApplication>[1]) {
  const copies = startCopies(startMemory);
  const { host, queue } = composeApplication(copies.make, furtherOver);
  return observed(async (event: SQSEvent, context: Context) => {
    // No events: the caller asks whether the application can be loaded.
    if (event.Records.length === 0) await copies.loaded();
    const deadline = Date.now() + context.getRemainingTimeInMillis();
    return handleBatch(host, event.Records, deadline, queue, laneOfApplication);
  });
}
