import { setTimeout as sleep } from "node:timers/promises";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { called, readArguments, runToEnd, UsageError } from "./usage";

const help = () => `Usage: ${called("run redrive")} <ARN of a queue of dead letters> …

Moves dead letters back to their queues, once what made them fail is mended. The ARNs are the stack's
output DeadLetters. What belongs to a connection that has ended does nothing.

  --rate <n>  messages a second, 500 at most
  --help`;

const POLL_MS = 1000;

/** `npm run redrive`. Region and credentials are those of the AWS SDK. */
async function main(): Promise<void> {
  const { values, positionals } = readArguments("redrive", {
    allowPositionals: true,
    options: { rate: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) return console.log(help());
  // The stack's output may be pasted as it is.
  const arns = positionals.flatMap((text) => text.split(/[\s,]+/)).filter((text) => text !== "");
  const wrong = arns.find((arn) => !/^arn:[\w-]+:sqs:[\w-]+:\d{12}:[\w-]+(\.fifo)?$/.test(arn));
  if (arns.length === 0 || wrong !== undefined) {
    throw new UsageError(
      `Cannot redrive: expected ARNs of queues, got ${wrong ?? "none"}\n\n${help()}`,
    );
  }
  const { rate } = values;
  if (rate !== undefined && !(/^\d+$/.test(rate) && Number(rate) >= 1 && Number(rate) <= 500)) {
    throw new UsageError(
      `Cannot redrive: expected --rate to be a whole number from 1 to 500, got ${rate}`,
    );
  }
  const sqs = new SQSClient({});
  for (const arn of arns) console.log(`${arn}: ${await redrive(sqs, arn, rate)} moved`);
}

/** @returns how many messages were moved */
async function redrive(sqs: SQSClient, arn: string, rate: string | undefined): Promise<number> {
  const limit = rate === undefined ? {} : { MaxNumberOfMessagesPerSecond: Number(rate) };
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
    console.log(`${arn}: ${moved} moved so far …`);
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

void runToEnd(main);
