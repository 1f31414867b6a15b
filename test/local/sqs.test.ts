import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { VirtualClock } from "../support/virtual-clock";
import { webSocketApi } from "./support/resources";
import { closeStacks, startStack, type TestStack } from "./support/stack";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html */
const DEDUPLICATION_MS = 300_000;

const clock = new VirtualClock();
let stack: TestStack;
let sqs: SQSClient;
let fifo: string;

const queue = (Properties: object) => ({ Type: "AWS::SQS::Queue", Properties: { ...Properties } });

beforeAll(async () => {
  stack = await startStack(
    {
      resources: {
        ...webSocketApi({}),
        Fifo: queue({
          FifoQueue: true,
          VisibilityTimeout: 30,
          RedrivePolicy: {
            deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] },
            maxReceiveCount: 2,
          },
        }),
        Dead: queue({ FifoQueue: true }),
        Content: queue({ FifoQueue: true, ContentBasedDeduplication: true }),
        Short: queue({ FifoQueue: true, VisibilityTimeout: 1 }),
        Standard: queue({}),
      },
    },
    { timings: { clock } },
  );
  const { environment } = stack;
  sqs = new SQSClient({
    endpoint: environment.AWS_ENDPOINT_URL_SQS!,
    region: environment.AWS_REGION!,
    credentials: stack.credentials,
    maxAttempts: 1,
  });
  fifo = stack.queueUrls.Fifo!;
});
afterAll(async () => {
  sqs.destroy();
  await closeStacks();
});

let sent = 0;
const send = (
  MessageBody: string,
  group: string,
  overrides: Partial<SendMessageCommandInput> = {},
) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: fifo,
      MessageBody,
      MessageGroupId: group,
      MessageDeduplicationId: `d${sent++}`,
      ...overrides,
    }),
  );
const receive = async (
  QueueUrl = fifo,
  MaxNumberOfMessages = 10,
  WaitTimeSeconds = 0,
): Promise<Message[]> =>
  (
    await sqs.send(
      new ReceiveMessageCommand({
        ...{ QueueUrl, MaxNumberOfMessages, WaitTimeSeconds },
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      }),
    )
  ).Messages ?? [];
const remove = (message: Message, QueueUrl = fifo) =>
  sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle! }));
const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);

test("sends and receives, with checksums that the SDK verifies", async () => {
  const answer = await send("höllo\n✓", "a", {
    MessageAttributes: {
      text: { DataType: "String", StringValue: "é" },
      bytes: { DataType: "Binary", BinaryValue: Buffer.from([1, 2]) },
    },
  });
  expect(answer).toMatchObject({
    MessageId: expect.any(String),
    SequenceNumber: expect.stringMatching(/^\d{20}$/),
  });
  const [message] = await receive();
  expect(message).toMatchObject({
    Body: "höllo\n✓",
    MessageId: answer.MessageId,
    Attributes: {
      MessageGroupId: "a",
      ApproximateReceiveCount: "1",
      SequenceNumber: answer.SequenceNumber,
    },
    MessageAttributes: { text: { StringValue: "é" } },
    MD5OfMessageAttributes: answer.MD5OfMessageAttributes,
  });
  expect(Buffer.from(message!.MessageAttributes!.bytes!.BinaryValue!)).toEqual(Buffer.from([1, 2]));
  await remove(message!);
});

test("gives nothing more of a group while a message of it is in flight", async () => {
  for (const [body, group] of [
    ["a1", "a"],
    ["a2", "a"],
    ["b1", "b"],
    ["a3", "a"],
  ])
    await send(body!, group!);
  const [first] = await receive(fifo, 1);
  expect(first?.Body).toBe("a1");
  await send("a4", "a");
  const [other, ...none] = await receive();
  expect([other?.Body, none]).toEqual(["b1", []]);
  await remove(other!);
  await remove(first!);
  const rest = await receive();
  expect(bodies(rest)).toEqual(["a2", "a3", "a4"]);
  await remove(rest[2]!);
  await remove(rest[1]!);
  expect(await receive()).toEqual([]);
  await sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: fifo,
      ReceiptHandle: rest[0]!.ReceiptHandle!,
      VisibilityTimeout: 0,
    }),
  );
  const [again] = await receive();
  expect(again).toMatchObject({ Body: "a2", Attributes: { ApproximateReceiveCount: "2" } });
  await remove(again!);
  expect(await receive()).toEqual([]);
});

test("returns a message when its visibility timeout is over", async () => {
  const QueueUrl = stack.queueUrls.Short!;
  await send("x", "a", { QueueUrl });
  const [first] = await receive(QueueUrl);
  expect(await receive(QueueUrl)).toEqual([]);
  const waiting = receive(QueueUrl, 1, 20);
  clock.advance(999);
  expect(stack.statistics().queues.Short?.inFlight).toBe(1);
  clock.advance(1);
  const [second] = await waiting;
  expect(second?.MessageId).toBe(first?.MessageId);
  await expect(remove(first!, QueueUrl)).rejects.toThrow("The receipt handle has expired");
  expect(
    (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] })))
      .Attributes,
  ).toMatchObject({
    ApproximateNumberOfMessages: "0",
    ApproximateNumberOfMessagesNotVisible: "1",
    FifoQueue: "true",
    VisibilityTimeout: "1",
  });
  await remove(second!, QueueUrl);
});

test("moves a message to the dead-letter queue when it was received too often, and goes on", async () => {
  await send("poison", "p");
  await send("next", "p");
  for (let count = 0; count < 2; count += 1) {
    expect(bodies(await receive(fifo, 1))).toEqual(["poison"]);
    clock.advance(30_000);
  }
  const [next] = await receive();
  expect(next?.Body).toBe("next");
  await remove(next!);
  expect(stack.deadLetters()).toEqual([
    { queue: "Dead", body: "poison", groupId: "p", receives: 2 },
  ]);
  expect(stack.statistics().deadLetters).toBe(1);
});

test("accepts a repeated deduplication id and does not deliver it, until the window is over", async () => {
  const same = { MessageDeduplicationId: "same" };
  const first = await send("one", "a", same);
  const second = await send("two", "a", same);
  expect(second.MessageId).toBe(first.MessageId);
  expect(second.SequenceNumber).toBe(first.SequenceNumber);
  clock.advance(DEDUPLICATION_MS - 1);
  expect((await send("two again", "a", same)).MessageId).toBe(first.MessageId);
  clock.advance(1);
  await send("three", "a", same);
  const messages = await receive();
  expect(bodies(messages)).toEqual(["one", "three"]);
  for (const message of messages) await remove(message);
});

test("deduplicates by content where the queue says so", async () => {
  const QueueUrl = stack.queueUrls.Content!;
  for (const body of ["x", "x", "y"]) {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageGroupId: "a" }));
  }
  expect(bodies(await receive(QueueUrl))).toEqual(["x", "y"]);
});

test("handles batches entry by entry", async () => {
  const entry = (Id: string, MessageBody: string) => ({
    Id,
    MessageBody,
    MessageGroupId: Id,
    MessageDeduplicationId: `batch${Id}`,
  });
  const result = await sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: fifo,
      Entries: [entry("1", "ok"), entry("2", "bad \u0000"), entry("3", "fine")],
    }),
  );
  expect(result.Successful?.map(({ Id }) => Id)).toEqual(["1", "3"]);
  expect(result.Failed).toMatchObject([
    { Id: "2", Code: "InvalidMessageContents", SenderFault: true },
  ]);
  const messages = await receive();
  expect(bodies(messages)).toEqual(["ok", "fine"]);
  const Entries = messages.map(({ ReceiptHandle }, index) => ({
    Id: String(index),
    ReceiptHandle: ReceiptHandle!,
  }));
  expect(
    (await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: fifo, Entries }))).Successful,
  ).toHaveLength(2);
});

test("wakes a waiting receive at once", async () => {
  const waiting = receive(fifo, 1, 5);
  // The clock stands still: nothing but the message ends the waiting.
  await new Promise((resolve) => setTimeout(resolve, 30));
  await send("late", "w");
  const [message] = await waiting;
  expect(message?.Body).toBe("late");
  await remove(message!);
});

test("delivers from a standard queue without an order, and delays", async () => {
  const QueueUrl = stack.queueUrls.Standard!;
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "later", DelaySeconds: 1 }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "now" }));
  const [first] = await receive(QueueUrl);
  expect(first?.Body).toBe("now");
  expect(first?.Attributes).not.toHaveProperty("MessageGroupId");
  await remove(first!, QueueUrl);
  expect(await receive(QueueUrl)).toEqual([]);
  clock.advance(1000);
  expect(bodies(await receive(QueueUrl))).toEqual(["later"]);
});

test("finds a queue by name", async () => {
  expect(await sqs.send(new GetQueueUrlCommand({ QueueName: "Fifo.fifo" }))).toMatchObject({
    QueueUrl: fifo,
  });
});
