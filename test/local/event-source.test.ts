import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { LocalStackOptions } from "../../local";
import type { Json, JsonObject } from "../../local/json";
import { VirtualClock } from "../support/virtual-clock";
import { waitFor } from "../support/wait-for";
import { printSource, signSource } from "./support/functions";
import { closeGates, openGate } from "./support/gate";
import { Marks } from "./support/marks";
import { lane, webSocketApi } from "./support/resources";
import { closeStacks, startStack, type TestStack } from "./support/stack";

/** Of the fixtures' queues. */
const VISIBILITY_MS = 60_000;

const clients: SQSClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  closeGates();
  await closeStacks();
});

interface LaneFixture {
  readonly code: string;
  readonly properties?: JsonObject;
  readonly queue?: JsonObject;
  readonly mapping?: JsonObject;
}

async function startLane(
  fixture: LaneFixture,
  options: Partial<LocalStackOptions> = {},
): Promise<TestStack> {
  const { code, properties = {}, ...overrides } = fixture;
  return startStack(
    {
      functions: { Lane: { code, properties } },
      resources: { ...webSocketApi({}), ...lane("Queue", "Lane", overrides) },
    },
    options,
  );
}

/** Sends bodies, written "group:body", in one call, and waits until they are handled. */
async function handle(stack: TestStack, messages: readonly string[]): Promise<void> {
  await send(stack, messages);
  await stack.idle();
}

async function send(stack: TestStack, messages: readonly string[]): Promise<void> {
  const sqs = new SQSClient({
    endpoint: stack.sqsUrl,
    region: "us-east-1",
    credentials: stack.credentials,
  });
  clients.push(sqs);
  const Entries = messages.map((text, index) => ({
    Id: String(index),
    MessageGroupId: text.split(":")[0]!,
    MessageBody: text.slice(text.indexOf(":") + 1),
    MessageDeduplicationId: `${Math.random()}`,
  }));
  for (let index = 0; index < Entries.length; index += 10) {
    await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: stack.queueUrls.Queue!,
        Entries: Entries.slice(index, index + 10),
      }),
    );
  }
}

const texts = (stack: TestStack) =>
  stack.lines.filter(({ stream }) => stream === "stdout").map(({ text }) => text);

/**
 * Logs when it begins and ends the records of a batch, and runs a statement in between, which may wait for what
 * a `Marks` holds: every batch that begins sets a mark of its names.
 */
const slowSource = (marks: Marks, statement = "") => `${marks.source}
exports.handler = async ({ Records }) => {
  const names = Records.map((record) => record.attributes.MessageGroupId + record.body).join(" ");
  console.log("begin " + names);
  mark(names);
  ${statement}
  console.log("end " + names);
};`;

test("gives a function the records of a batch", async () => {
  const stack = await startLane({ code: printSource });
  await handle(stack, ["a:one"]);
  expect(stack.printed("Lane")).toEqual([
    {
      Records: [
        {
          messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          receiptHandle: expect.any(String),
          body: "one",
          attributes: {
            ApproximateReceiveCount: "1",
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            SequenceNumber: expect.stringMatching(/^\d{20}$/),
            MessageGroupId: "a",
            SenderId: expect.any(String),
            MessageDeduplicationId: expect.any(String),
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          },
          messageAttributes: {},
          md5OfBody: "f97c5d29941bfb1b2fdab0874906ab82",
          eventSource: "aws:sqs",
          eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:Queue.fifo",
          awsRegion: "us-east-1",
        },
      ],
    },
  ]);
});

test("handles a group in order and never concurrently, and other groups meanwhile", async () => {
  // a1 ends only once b1 has begun: were other groups to wait for it, nothing would ever end. The lines of two
  // containers come in any order.
  const code = slowSource(new Marks(), 'if (names === "a1") await marked("b1");');
  const stack = await startLane({ code, mapping: { BatchSize: 1 } });
  await handle(stack, ["a:1", "a:2", "b:1", "a:3", "b:2"]);
  const of = (group: string) => texts(stack).filter((text) => text.includes(` ${group}`));
  expect(of("a")).toEqual(["begin a1", "end a1", "begin a2", "end a2", "begin a3", "end a3"]);
  expect(of("b")).toEqual(["begin b1", "end b1", "begin b2", "end b2"]);
});

test("puts several groups into one batch, up to its size", async () => {
  const stack = await startLane({ code: slowSource(new Marks()), mapping: { BatchSize: 4 } });
  await handle(stack, ["a:1", "b:1", "a:2", "c:1", "d:1", "e:1"]);
  const begins = texts(stack).filter((text) => text.startsWith("begin"));
  expect(begins.sort()).toEqual(["begin a1 a2 b1 c1", "begin d1 e1"]);
});

test("lets messages wait in the queue, and so fill batches, while there is no container", async () => {
  const marks = new Marks();
  const code = slowSource(marks, 'await marked("all sent");');
  const stack = await startLane({ code }, { limits: { containers: 1 } });
  const messages = Array.from({ length: 40 }, (_, index) => `g${index}:x`);
  for (const message of messages) await send(stack, [message]);
  marks.set("all sent");
  await stack.idle();
  // The first batches hold what had come by then: one runs, two wait for the container.
  const { invocations } = stack.statistics().functions.Lane!;
  expect(invocations).toBeGreaterThanOrEqual(4);
  expect(invocations).toBeLessThanOrEqual(3 + 4);
});

test("honours the mapping's maximum concurrency", async () => {
  const both = '"a1", "b1"';
  const code = slowSource(
    new Marks(),
    `if ([${both}].includes(names)) {
      for (const name of [${both}]) await marked(name);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }`,
  );
  const stack = await startLane({
    code,
    mapping: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
  });
  await handle(stack, ["a:1", "b:1", "c:1", "d:1", "e:1"]);
  let running = 0;
  const most = Math.max(
    ...texts(stack).map((text) => (running += text.startsWith("begin") ? 1 : -1)),
  );
  expect(most).toBe(2);
});

test("brings what a function reports as failed back when its time is over, in order", async () => {
  const lane = {
    code: `exports.handler = async ({ Records }) => {
      console.log(Records.map((record) => record.body + record.attributes.ApproximateReceiveCount).join(" "));
      const failed = Records.filter((record) => record.attributes.ApproximateReceiveCount === "1" && record.body > "1");
      return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.messageId })) };
    };`,
    mapping: { FunctionResponseTypes: ["ReportBatchItemFailures"] },
  };
  const clock = new VirtualClock();
  const stack = await startLane(lane, { timings: { clock } });
  await send(stack, ["a:1", "a:2", "a:3"]);
  await waitFor(() => stack.statistics().queues.Queue?.inFlight === 2);
  clock.advance(VISIBILITY_MS - 1);
  expect(stack.statistics().queues.Queue).toMatchObject({ visible: 0, inFlight: 2 });
  expect(texts(stack)).toEqual(["11 21 31"]);
  clock.advance(1);
  await stack.idle();
  expect(texts(stack)).toEqual(["11 21 31", "22 32"]);
});

test.each([
  ["throws", "throw new Error('no')"],
  [
    "reports an id that is not in the batch",
    "return { batchItemFailures: [{ itemIdentifier: 'x' }] }",
  ],
  ["reports no id", "return { batchItemFailures: [{}] }"],
])(
  "tries a whole batch again after the visibility timeout if a function %s",
  async (_, statement) => {
    const clock = new VirtualClock();
    const stack = await startLane(
      {
        code: `exports.handler = async ({ Records }) => {
        console.log(Records.map((record) => record.body + record.attributes.ApproximateReceiveCount).join(" "));
        if (Records[0].attributes.ApproximateReceiveCount === "1") { ${statement}; }
      };`,
        mapping: { FunctionResponseTypes: ["ReportBatchItemFailures"] },
      },
      { timings: { clock } },
    );
    await send(stack, ["a:1", "a:2"]);
    await waitFor(() => texts(stack).length === 1);
    clock.advance(VISIBILITY_MS - 1);
    expect(stack.statistics().queues.Queue).toMatchObject({ visible: 0, inFlight: 2 });
    clock.advance(1);
    await stack.idle();
    expect(texts(stack)).toEqual(["11 21", "12 22"]);
  },
);

test("ignores a report that the mapping does not ask for", async () => {
  const stack = await startLane({
    code: `exports.handler = async ({ Records }) => ({ batchItemFailures: [{ itemIdentifier: Records[0].messageId }] });`,
  });
  await handle(stack, ["a:1"]);
  expect(stack.statistics().functions.Lane?.invocations).toBe(1);
});

test("moves a batch that keeps failing to the dead-letter queue, and then goes on", async () => {
  const clock = new VirtualClock();
  const stack = await startLane(
    {
      code: `exports.handler = async ({ Records }) => {
        console.log(Records.map((record) => record.body).join(" "));
        if (Records.some((record) => record.body === "poison")) throw new Error("poison");
      };`,
      mapping: { BatchSize: 1 },
    },
    { timings: { clock } },
  );
  await send(stack, ["a:poison", "a:fine"]);
  for (const failures of [1, 2]) {
    await waitFor(() => stack.statistics().functions.Lane?.errors === failures);
    clock.advance(VISIBILITY_MS);
  }
  await stack.idle();
  expect(texts(stack)).toEqual(["poison", "poison", "fine"]);
  expect(stack.deadLetters()).toMatchObject([{ queue: "QueueDead", body: "poison", receives: 2 }]);
  expect(stack.statistics().queues).toMatchObject({
    Queue: { visible: 0, inFlight: 0 },
    QueueDead: { visible: 1 },
  });
});

test("deletes what no filter lets through, without an invocation", async () => {
  const pattern = (value: Json) => ({ Pattern: JSON.stringify(value) });
  const stack = await startLane({
    code: `exports.handler = async ({ Records }) => { for (const { body } of Records) console.log(body); };`,
    mapping: {
      FilterCriteria: {
        Filters: [
          pattern({ body: { kind: [{ "anything-but": ["pong"] }] } }),
          pattern({ body: { urgent: [true] } }),
        ],
      },
    },
  });
  const bodies = [{ kind: "pong" }, { kind: "text" }, { kind: "pong", urgent: true }, {}].map(
    (body) => JSON.stringify(body),
  );
  await handle(
    stack,
    [...bodies, "no JSON"].map((body) => `a:${body}`),
  );
  expect(texts(stack)).toEqual([bodies[1], bodies[2]]);
  await handle(stack, [`b:${bodies[0]}`]);
  expect(stack.statistics().functions.Lane?.invocations).toBe(1);
});

test("drops what a throttled function cannot take, and receives it again after its visibility timeout", async () => {
  const stack = await startLane(
    { code: printSource, properties: { ReservedConcurrentExecutions: 0 } },
    { timings: { maximumVisibilityMs: 300 } },
  );
  await handle(stack, ["a:never", "a:either"]);
  // Both were received twice, which is all that the queue allows, and the function has seen neither.
  expect(stack.deadLetters()).toMatchObject([
    { queue: "QueueDead", body: "never", receives: 2 },
    { queue: "QueueDead", body: "either", receives: 2 },
  ]);
  expect(stack.statistics().functions.Lane).toMatchObject({ invocations: 0, errors: 0 });
  expect(stack.statistics().functions.Lane?.throttles).toBeGreaterThanOrEqual(2);
});

test("tries a throttled function again before the visibility timeout, as the same receipt", async () => {
  const gate = await openGate();
  const stack = await startLane({
    code: `${gate.source}
    exports.handler = async ({ Records }) => {
      const [{ body, attributes }] = Records;
      await ask(body);
      console.log(body + attributes.ApproximateReceiveCount);
    };`,
    properties: { ReservedConcurrentExecutions: 1 },
    mapping: { BatchSize: 1 },
  });
  const handled = handle(stack, ["a:first", "b:second"]);
  const first = await gate.asked();
  while (stack.statistics().functions.Lane!.throttles === 0) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  first.letGo();
  const second = await gate.asked();
  second.letGo();
  await handled;
  expect([first.what, second.what].sort()).toEqual(["first", "second"]);
  expect(texts(stack)).toEqual([`${first.what}1`, `${second.what}1`]);
});

test("goes on with a group as soon as its message is deleted during the invocation", async () => {
  const gate = await openGate();
  const stack = await startLane({
    code: `${gate.source} ${signSource}
    const target = process.env.AWS_ENDPOINT_URL_SQS;
    const call = (action, input) => {
      const body = JSON.stringify({ QueueUrl: process.env.QUEUE, ...input });
      const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS." + action };
      return fetch(target, {
        method: "POST",
        headers: { ...headers, ...signed("sqs", target, "POST", body) },
        body,
      });
    };
    exports.handler = async ({ Records }) => {
      const bodies = Records.map(({ body }) => body);
      console.log(bodies.join(" "));
      const early = Records.filter(({ body }) => body === "fast1");
      if (early.length > 0) {
        const Entries = early.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
        const response = await call("DeleteMessageBatch", { Entries });
        console.log(response.status);
      }
      await ask(bodies.join(" "));
    };`,
    properties: { Environment: { Variables: { QUEUE: { Ref: "Queue" } } } },
  });
  const handled = handle(stack, ["slow:slow1", "fast:fast1"]);
  const mixed = await gate.asked();
  expect(mixed.what).toBe("slow1 fast1");
  const more = handle(stack, ["fast:fast2", "slow:slow2"]);
  const next = await gate.asked();
  // Its group's only message in flight is gone; the other group's is not.
  expect(next.what).toBe("fast2");
  next.letGo();
  mixed.letGo();
  const last = await gate.asked();
  expect(last.what).toBe("slow2");
  last.letGo();
  await Promise.all([handled, more]);
  expect(texts(stack)).toEqual(["slow1 fast1", "200", "fast2", "slow2"]);
  expect(stack.statistics().queues.Queue).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});
