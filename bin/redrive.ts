import { setTimeout as sleep } from "node:timers/promises";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { asking, chooseAccount } from "./aws/account";
import { deployedStack, outputOf } from "./aws/outputs";
import { readConfig } from "./command/config";
import { type Given, readCommand } from "./command/read";
import { REDRIVE } from "./command/tables/stored";
import { isCommand, runToEnd, UsageError } from "./usage";

const POLL_MS = 1000;

/** `npm run redrive`. Region and credentials are those of the AWS SDK. */
async function main(): Promise<void> {
  const given = readCommand(REDRIVE);
  if (given === undefined) return;
  const { values } = given;
  chooseAccount(values, isCommand() ? readConfig("redrive") : {});
  const arns = await readArns(given.positionals, values);
  const sqs = new SQSClient({});
  const moved: Record<string, number> = {};
  for (const arn of arns) {
    moved[arn] = await asking("redrive", () => redrive(sqs, arn, values.rate));
    if (!values.json) console.log(`${arn}: ${moved[arn]} moved`);
  }
  if (values.json) console.log(JSON.stringify({ moved }, undefined, 2));
}

/** Those that are given, else those of the stack. */
async function readArns(
  given: readonly string[],
  values: Given<typeof REDRIVE>["values"],
): Promise<string[]> {
  if (given.length === 0 && !isCommand() && values["stack-name"] === undefined) {
    throw new UsageError("Cannot redrive: expected ARNs of queues, got none");
  }
  const texts = given.length > 0 ? given : [await deadLettersOf(values)];
  // The stack's output may be pasted as it is.
  const arns = texts.flatMap((text) => text.split(/[\s,]+/)).filter((text) => text !== "");
  const wrong = arns.find((arn) => !/^arn:[\w-]+:sqs:[\w-]+:\d{12}:[\w-]+(\.fifo)?$/.test(arn));
  if (wrong === undefined) return arns;
  throw new UsageError(
    `Cannot redrive: expected ARNs of queues, such as ${REDRIVE.example}, got ${wrong}`,
  );
}

async function deadLettersOf(values: Given<typeof REDRIVE>["values"]): Promise<string> {
  const { stack } = await deployedStack("redrive", values);
  return outputOf("redrive", stack, "DeadLetters");
}

/** @returns how many messages were moved */
async function redrive(sqs: SQSClient, arn: string, rate: number | undefined): Promise<number> {
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
    console.error(`${arn}: ${moved} moved so far …`);
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
