import { SendMessageCommand, type SendMessageCommandInput, SQSClient } from "@aws-sdk/client-sqs";
import { webSocketApi } from "./support/resources";
import { closeStacks, startStack, type TestStack } from "./support/stack";

let stack: TestStack;
let sqs: SQSClient;

beforeAll(async () => {
  stack = await startStack({
    resources: {
      ...webSocketApi({}),
      Fifo: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } },
    },
  });
  const { credentials } = stack;
  sqs = new SQSClient({ endpoint: stack.sqsUrl, region: "us-east-1", credentials, maxAttempts: 1 });
});
afterAll(async () => {
  sqs.destroy();
  await closeStacks();
});

const send = (overrides: Partial<SendMessageCommandInput>) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: stack.queueUrls.Fifo!,
      MessageBody: "x",
      MessageGroupId: "a",
      MessageDeduplicationId: "d",
      ...overrides,
    }),
  );

test.each<[string, Partial<SendMessageCommandInput>, string]>([
  ["no group", { MessageGroupId: undefined }, "MissingParameter"],
  ["no deduplication id", { MessageDeduplicationId: undefined }, "InvalidParameterValue"],
  ["a group with a space", { MessageGroupId: "a b" }, "InvalidParameterValue"],
  ["a group that is too long", { MessageGroupId: "g".repeat(129) }, "InvalidParameterValue"],
  ["a delay of its own", { DelaySeconds: 1 }, "InvalidParameterValue"],
  ["an empty body", { MessageBody: "" }, "MissingParameter"],
  ["a control character", { MessageBody: "\u0008" }, "InvalidMessageContents"],
  ["a noncharacter", { MessageBody: "\uffff" }, "InvalidMessageContents"],
  ["more than 1 MiB", { MessageBody: "x".repeat(1_048_577) }, "InvalidParameterValue"],
  [
    "a queue that does not exist",
    { QueueUrl: "http://x/0/none" },
    "AWS.SimpleQueueService.NonExistentQueue",
  ],
])("refuses %s", async (_, overrides, code) => {
  const error: unknown = await send(overrides).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ $metadata: { httpStatusCode: 400 } });
  expect([(error as { Code?: string }).Code, (error as Error).name]).toContain(code);
});

test("accepts what XML 1.0 allows", async () => {
  const body = "\t\n\r \u007f\ud7ff\ue000\ufffd😀";
  await expect(send({ MessageBody: body })).resolves.toHaveProperty("MessageId");
});
