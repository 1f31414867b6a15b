import { randomUUID } from "node:crypto";
import type { JsonObject } from "../json";
import { missingParameter, nonExistentQueue } from "./errors";
import type { Queue } from "./queue";
import type { Queues } from "./queues";

/** Tasks so far, by the queue that they emptied. A task here is over when it has been started. */
const tasks = new WeakMap<Queue, JsonObject[]>();

/**
 * Moves dead letters back to the queues from which they came, or to another.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
export function startMessageMoveTask(input: JsonObject, queues: Queues): JsonObject {
  const queue = sourceOf(input, queues);
  const { DestinationArn: destination } = input;
  const to = typeof destination === "string" ? queues.byArn(destination) : undefined;
  const TaskHandle = randomUUID();
  const moved = queue.redrive(to);
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/troubleshooting-dlq-redrive.html
  const failure = { Status: "FAILED", FailureReason: "CouldNotDetermineMessageSource" };
  tasks.set(queue, [
    {
      ...{ TaskHandle, Status: "COMPLETED", SourceArn: queue.model.arn },
      ...(moved === undefined ? failure : {}),
      ApproximateNumberOfMessagesMoved: moved ?? 0,
      StartedTimestamp: Date.now(),
    },
    ...(tasks.get(queue) ?? []),
  ]);
  return { TaskHandle };
}

/** The queues that set their messages aside into a queue. */
export function listDeadLetterSourceQueues(queue: Queue, { all }: Queues): JsonObject {
  const sources = all.filter(({ model }) => model.deadLetter?.arn === queue.model.arn);
  return { queueUrls: sources.map(({ model }) => model.url) };
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
