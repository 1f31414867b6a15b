import { type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { LocalStackOptions } from "../../local";
import type { JsonObject } from "../../local/json";
import { VirtualClock } from "../support/virtual-clock";
import { waitFor } from "../support/wait-for";
import { connect, cutClients } from "./support/client";
import { closeGates, openGate } from "./support/gate";
import { webSocketApi } from "./support/resources";
import { closeStacks, startStack, type TestStack } from "./support/stack";

afterEach(async () => {
  cutClients();
  closeGates();
  await closeStacks();
});

const MINUTE = 60_000;
const failing = `exports.handler = async (event, { awsRequestId }) => {
  console.log(JSON.stringify({ awsRequestId, event }));
  throw new RangeError("no");
};`;
const working = "exports.handler = async () => ({ done: true });";
const queue = (name: string) => ({ "Fn::GetAtt": [name, "Arn"] });

interface Fixture {
  readonly code?: string;
  readonly properties?: JsonObject;
  /** Of the `AWS::Lambda::EventInvokeConfig`. @default - Lambda's own values */
  readonly config?: JsonObject;
  readonly resources?: Record<string, { Type: string; Properties: JsonObject }>;
  /** Source of a function that every frame invokes. */
  readonly holder?: string;
}

/** A function that a schedule invokes with `{"n":1}`. */
async function start(
  { code = failing, properties = {}, config, resources = {}, holder }: Fixture = {},
  options: Partial<LocalStackOptions> = {},
) {
  const clock = new VirtualClock();
  const stack = await startStack(
    {
      functions: {
        Job: { code, properties },
        ...(holder !== undefined && { Holder: holder }),
      },
      resources: {
        ...webSocketApi(holder === undefined ? {} : { $default: { function: "Holder" } }),
        Rule: {
          Type: "AWS::Events::Rule",
          Properties: {
            ScheduleExpression: "rate(365 days)",
            Targets: [{ Arn: queue("Job"), Id: "t", Input: '{"n":1}' }],
          },
        },
        Failed: { Type: "AWS::SQS::Queue", Properties: {} },
        ...(config && {
          Config: {
            Type: "AWS::Lambda::EventInvokeConfig",
            Properties: { FunctionName: { Ref: "Job" }, Qualifier: "$LATEST", ...config },
          },
        }),
        ...resources,
      },
    },
    { ...options, timings: { clock } },
  );
  return { stack, clock };
}

const job = (stack: TestStack) => stack.statistics().functions.Job!;
const events = (stack: TestStack) => stack.statistics().asynchronous;

/** Takes what is in the queue of failed events. */
async function failed(stack: TestStack): Promise<Message[]> {
  const { credentials, sqsUrl: endpoint } = stack;
  const sqs = new SQSClient({ endpoint, region: "us-east-1", credentials });
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: stack.queueUrls.Failed!,
      MessageAttributeNames: ["All"],
      MaxNumberOfMessages: 10,
    }),
  );
  sqs.destroy();
  return Messages;
}

test("an event that failed comes again after one minute and then two, with its request id", async () => {
  const { stack, clock } = await start();
  await stack.runSchedules();
  expect(events(stack)).toEqual({ waiting: 1, discarded: 0 });
  clock.advance(MINUTE - 1);
  expect(job(stack).invocations).toBe(1);
  clock.advance(1);
  expect(job(stack).invocations).toBe(2);
  await waitFor(() => events(stack).waiting === 1);
  clock.advance(2 * MINUTE - 1);
  expect(job(stack).invocations).toBe(2);
  clock.advance(1);
  expect(job(stack).invocations).toBe(3);
  await waitFor(() => events(stack).discarded === 1);
  expect(events(stack).waiting).toBe(0);
  const printed = stack.printed("Job");
  expect(printed).toHaveLength(3);
  expect(new Set(printed.map(({ awsRequestId }) => awsRequestId)).size).toBe(1);
  expect(printed[2]).toMatchObject({ event: { n: 1 } });
  expect(stack.lines).toContainEqual({
    function: "local",
    stream: "stderr",
    text: "Lambda discards an event of Job: RetriesExhausted",
  });
});

test("an event that succeeded does not come again, and goes to its destination", async () => {
  const { stack } = await start({
    code: working,
    config: { DestinationConfig: { OnSuccess: { Destination: queue("Failed") } } },
  });
  await stack.runSchedules();
  expect(events(stack)).toEqual({ waiting: 0, discarded: 0 });
  const [message] = await failed(stack);
  expect(JSON.parse(message?.Body ?? "")).toMatchObject({
    requestContext: { condition: "Success", approximateInvokeCount: 1 },
    responseContext: { statusCode: 200, executedVersion: "$LATEST" },
    responsePayload: { done: true },
  });
});

test("MaximumRetryAttempts counts, and a record goes to the destination of failures", async () => {
  const { stack } = await start({
    config: {
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: queue("Failed") } },
    },
  });
  await stack.runSchedules();
  expect(events(stack)).toEqual({ waiting: 0, discarded: 1 });
  const [message] = await failed(stack);
  expect(JSON.parse(message?.Body ?? "")).toEqual({
    version: "1.0",
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    requestContext: {
      requestId: stack.printed("Job")[0]?.awsRequestId,
      functionArn: "arn:aws:lambda:us-east-1:000000000000:function:Job:$LATEST",
      condition: "RetriesExhausted",
      approximateInvokeCount: 1,
    },
    requestPayload: { n: 1 },
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    responsePayload: {
      errorType: "RangeError",
      errorMessage: "no",
      trace: expect.arrayContaining(["RangeError: no"]),
    },
  });
});

test("an event that its dead-letter queue gets is as it was, with the error beside it", async () => {
  const { stack } = await start({
    config: { MaximumRetryAttempts: 0 },
    properties: { DeadLetterConfig: { TargetArn: queue("Failed") } },
  });
  await stack.runSchedules();
  const [message] = await failed(stack);
  expect(message).toMatchObject({
    Body: '{"n":1}',
    MessageAttributes: {
      RequestID: { StringValue: stack.printed("Job")[0]?.awsRequestId },
      ErrorCode: { DataType: "Number", StringValue: "200" },
      ErrorMessage: { StringValue: "no" },
    },
  });
});

test("an attempt that would come after the maximum age is not made", async () => {
  const { stack, clock } = await start({
    config: {
      MaximumEventAgeInSeconds: 120,
      DestinationConfig: { OnFailure: { Destination: queue("Failed") } },
    },
  });
  await stack.runSchedules();
  clock.advance(MINUTE);
  // The third would come after three minutes.
  await waitFor(() => events(stack).discarded === 1);
  expect(events(stack).waiting).toBe(0);
  const [message] = await failed(stack);
  expect(JSON.parse(message?.Body ?? "")).toMatchObject({
    requestContext: { condition: "EventAgeExceeded", approximateInvokeCount: 2 },
  });
});

describe("a throttled function", () => {
  /** The account's only execution is another function's. */
  async function startThrottled(config?: JsonObject) {
    const gate = await openGate();
    const holder = `${gate.source} exports.handler = async () => (await ask("x"), { statusCode: 200 });`;
    const fixture = { code: working, holder, ...(config && { config }) };
    const started = await start(fixture, { limits: { concurrency: 1 } });
    const client = await connect(started.stack.webSocketUrl);
    client.send("hold");
    const held = await gate.asked();
    await started.stack.runSchedules();
    return { ...started, held };
  }

  test("gets its event later and later, and once there is room", async () => {
    const { stack, clock, held } = await startThrottled();
    for (const [throttles, second] of [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].entries()) {
      await waitFor(() => events(stack).waiting === 1);
      expect(job(stack).throttles).toBe(throttles + 1);
      clock.advance(second * 1000 - 1);
      expect(job(stack).throttles).toBe(throttles + 1);
      clock.advance(1);
    }
    await waitFor(() => events(stack).waiting === 1);
    held.letGo();
    await stack.idle();
    clock.advance(5 * MINUTE);
    await stack.idle();
    expect(job(stack)).toMatchObject({ invocations: 1, errors: 0 });
    expect(events(stack)).toEqual({ waiting: 0, discarded: 0 });
  });

  test("gets its event for six hours at most", async () => {
    const { stack, clock } = await startThrottled();
    let waited = 0;
    while (events(stack).discarded === 0) {
      await waitFor(() => events(stack).waiting === 1);
      clock.advance(MINUTE);
      waited += MINUTE;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(waited).toBeGreaterThan(5.8 * 60 * MINUTE);
    expect(waited).toBeLessThanOrEqual(6 * 60 * MINUTE);
    expect(job(stack).invocations).toBe(0);
  });

  test("has its event discarded at the maximum age, without a response", async () => {
    const { stack, clock } = await startThrottled({
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: queue("Failed") } },
    });
    for (const second of [1, 2, 4, 8, 16]) {
      await waitFor(() => events(stack).waiting === 1);
      clock.advance(second * 1000);
    }
    await waitFor(() => events(stack).discarded === 1);
    const [message] = await failed(stack);
    const record = JSON.parse(message?.Body ?? "");
    expect(record.requestContext).toMatchObject({
      condition: "EventAgeExceeded",
      approximateInvokeCount: 0,
    });
    expect(record).not.toHaveProperty("responseContext");
    expect(record).not.toHaveProperty("responsePayload");
  });

  test("that reserves no execution at all loses its events at once", async () => {
    const { stack } = await start({
      properties: {
        ReservedConcurrentExecutions: 0,
        DeadLetterConfig: { TargetArn: queue("Failed") },
      },
    });
    await stack.runSchedules();
    expect(events(stack)).toEqual({ waiting: 0, discarded: 1 });
    expect(await failed(stack)).toMatchObject([{ Body: '{"n":1}' }]);
  });
});

describe("a template is refused", () => {
  const role = (Action: string): NonNullable<Fixture["resources"]> => ({
    Role: {
      Type: "AWS::IAM::Role",
      Properties: {
        Policies: [
          {
            PolicyName: "own",
            PolicyDocument: { Statement: [{ Effect: "Allow", Action, Resource: "*" }] },
          },
        ],
      },
    },
  });
  const properties = { Role: queue("Role"), DeadLetterConfig: { TargetArn: queue("Failed") } };

  test("if the function may not send to where its events go", async () => {
    const fixture = { code: working, properties, resources: role("sqs:ReceiveMessage") };
    await expect(start(fixture)).rejects.toThrow(
      "The function's execution role does not have permissions to call SendMessage on SQS: expected Role to allow",
    );
    await expect(start({ ...fixture, resources: role("sqs:SendMessage") })).resolves.toBeDefined();
  });

  test("if its events go to a FIFO queue", async () => {
    const Failed = { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } };
    const config = { DestinationConfig: { OnFailure: { Destination: queue("Failed") } } };
    await expect(start({ config, resources: { Failed } })).rejects.toThrow(
      "expected a standard queue for its events, got arn:aws:sqs:us-east-1:000000000000:Failed.fifo",
    );
  });

  test.each([
    ["MaximumRetryAttempts", 3, "from 0 to 2, got 3"],
    ["MaximumEventAgeInSeconds", 59, "from 60 to 21600, got 59"],
  ])("if %s is %d", async (name, value, message) => {
    await expect(start({ config: { [name]: value } })).rejects.toThrow(message);
  });
});

test("a destination other than a queue is a warning", async () => {
  const { stack } = await start({
    config: {
      DestinationConfig: { OnFailure: { Destination: "arn:aws:sns:us-east-1:000000000000:topic" } },
    },
  });
  expect(stack.lines[0]?.text).toBe(
    "Job sends no events to arn:aws:sns:us-east-1:000000000000:topic locally: it is not a queue",
  );
});
