import { setTimeout as sleep } from "node:timers/promises";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";

const POLL_MS = 1000;

/**
 * Moves dead letters back to their queue.
 *
 * @param rate messages a second. @default - SQS's own
 * @returns how many messages were moved
 */
export async function redrive(
  sqs: SQSClient,
  arn: string,
  rate?: number,
  onProgress: (moved: number) => void = () => undefined,
): Promise<number> {
  const limit = rate === undefined ? {} : { MaxNumberOfMessagesPerSecond: rate };
  // A message that a function has put into quarantine does not name its source, so the command names the destination of each.
  const DestinationArn = await findOrigin(sqs, arn);
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn, DestinationArn, ...limit }));
  for (;;) {
    const list = new ListMessageMoveTasksCommand({ SourceArn: arn, MaxResults: 1 });
    const [task] = (await sqs.send(list)).Results ?? [];
    const moved = Number(task?.ApproximateNumberOfMessagesMoved ?? 0);
    if (task?.Status === "COMPLETED") return moved;
    if (task?.Status !== "RUNNING") {
      throw new Error(`Cannot redrive ${arn}: ${task?.FailureReason ?? task?.Status ?? "no task"}`);
    }
    onProgress(moved);
    await sleep(POLL_MS);
  }
}

/** ARN of the queue whose dead letters these are. */
async function findOrigin(sqs: SQSClient, arn: string): Promise<string> {
  const QueueName = arn.split(":").at(-1) as string;
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  const { queueUrls = [] } = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl }));
  const [origin] = queueUrls;
  if (origin === undefined || queueUrls.length > 1) {
    throw new Error(
      `Cannot redrive ${arn}: expected one queue whose dead letters it holds, got ${queueUrls.length}`,
    );
  }
  const request = { QueueUrl: origin, AttributeNames: ["QueueArn" as const] };
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand(request));
  return Attributes?.QueueArn as string;
}
