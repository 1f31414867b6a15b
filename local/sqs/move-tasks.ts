import { randomUUID } from "node:crypto";
import type { JsonObject } from "../json";
import { missingParameter, nonExistentQueue } from "./errors";
import type { Queue } from "./queue";
import type { Queues } from "./queues";

/** Tasks so far, by the queue that they emptied. A task here is over when it has been started. */
const tasks = new WeakMap<Queue, JsonObject[]>();

/**
 * Moves dead letters back to the queues from which they came.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
export function startMessageMoveTask(input: JsonObject, queues: Queues): JsonObject {
  const queue = sourceOf(input, queues);
  const TaskHandle = randomUUID();
  const moved = queue.redrive();
  tasks.set(queue, [
    {
      ...{ TaskHandle, Status: "COMPLETED", SourceArn: queue.model.arn },
      ApproximateNumberOfMessagesMoved: moved,
      StartedTimestamp: Date.now(),
    },
    ...(tasks.get(queue) ?? []),
  ]);
  return { TaskHandle };
}

/** The latest first. */
export function listMessageMoveTasks(input: JsonObject, queues: Queues): JsonObject {
  return { Results: tasks.get(sourceOf(input, queues)) ?? [] };
}

function sourceOf({ SourceArn: arn }: JsonObject, { deadLetter }: Queues): Queue {
  if (typeof arn !== "string") throw missingParameter("SourceArn");
  const queue = deadLetter.find(({ model }) => model.arn === arn);
  if (queue === undefined) throw nonExistentQueue();
  return queue;
}
