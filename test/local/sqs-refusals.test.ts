import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { webSocketApi } from "./support/resources";
import { closeStacks, startStack, type TestStack } from "./support/stack";

let stack: TestStack;
let sqs: SQSClient;

beforeAll(async () => {
  stack = await startStack({
    resources: {
      ...webSocketApi({}),
      Fifo: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } },
      Plain: { Type: "AWS::SQS::Queue", Properties: {} },
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

const text = (StringValue: string, DataType = "String") => ({ DataType, StringValue });

test.each<[string, Partial<SendMessageCommandInput>]>([
  ["a delay of more than 15 minutes", { DelaySeconds: 901 }],
  ["an attribute without a value", { MessageAttributes: { a: text("") } }],
  ["an attribute of an unknown type", { MessageAttributes: { a: text("x", "Text") } }],
  [
    "eleven attributes",
    { MessageAttributes: Object.fromEntries([..."abcdefghijk"].map((name) => [name, text("x")])) },
  ],
])("refuses %s", async (_, overrides) => {
  const group = { MessageGroupId: undefined, MessageDeduplicationId: undefined };
  const QueueUrl = stack.queueUrls.Plain!;
  await expect(send({ QueueUrl, ...group, ...overrides })).rejects.toThrow(/invalid|must|exceeds/);
});

const receive = async (overrides: Partial<ReceiveMessageCommandInput> = {}) =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl: stack.queueUrls.Fifo!, ...overrides })))
    .Messages ?? [];

test.each<[string, Partial<ReceiveMessageCommandInput>]>([
  ["more than ten messages at a time", { MaxNumberOfMessages: 11 }],
  ["to receive nothing", { MaxNumberOfMessages: 0 }],
  ["to wait for more than 20 seconds", { WaitTimeSeconds: 21 }],
  ["a visibility timeout of more than 12 hours", { VisibilityTimeout: 43_201 }],
])("refuses %s", async (_, overrides) => {
  await expect(receive(overrides)).rejects.toMatchObject({ name: "InvalidParameterValue" });
});

test("gives only those attributes that a request asks for", async () => {
  const QueueUrl = stack.queueUrls.Plain!;
  const MessageAttributes = { "a.x": text("1"), "a.y": text("2"), b: text("3") };
  const group = { MessageGroupId: undefined, MessageDeduplicationId: undefined };
  await send({ QueueUrl, ...group, MessageAttributes });
  const again = { QueueUrl, VisibilityTimeout: 0 };
  const [bare] = await receive(again);
  expect(bare).not.toHaveProperty("Attributes");
  expect(bare).not.toHaveProperty("MessageAttributes");
  const [some] = await receive({
    ...{ ...again, MessageSystemAttributeNames: ["SentTimestamp"] },
    MessageAttributeNames: ["a.*"],
  });
  expect(Object.keys(some?.Attributes ?? {})).toEqual(["SentTimestamp"]);
  expect(Object.keys(some?.MessageAttributes ?? {})).toEqual(["a.x", "a.y"]);
});

test("refuses to delete a FIFO message by a receipt after which it was visible again", async () => {
  const QueueUrl = stack.queueUrls.Fifo!;
  await send({ MessageGroupId: "expiring", MessageDeduplicationId: "expiring" });
  const [message] = await receive();
  const ReceiptHandle = message?.ReceiptHandle ?? "";
  const handle = { QueueUrl, ReceiptHandle };
  await sqs.send(new ChangeMessageVisibilityCommand({ ...handle, VisibilityTimeout: 0 }));
  const expired = "The receipt handle has expired";
  await expect(sqs.send(new DeleteMessageCommand(handle))).rejects.toThrow(expired);
  const Entries = [{ Id: "0", ReceiptHandle }];
  const batch = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  expect(batch.Failed).toMatchObject([{ Id: "0", Code: "InvalidParameterValue" }]);
  const [latest] = await receive();
  const newest = { QueueUrl, ReceiptHandle: latest?.ReceiptHandle ?? "" };
  await sqs.send(new DeleteMessageCommand(newest));
  await expect(sqs.send(new DeleteMessageCommand(newest))).resolves.toBeDefined();
});
