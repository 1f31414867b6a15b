import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundle } from "../../lib/bundle";
import { admit } from "../../src/gateway/handshake";
import { startTable, type TestTable } from "../support/table";
import { node, type Run, runLane } from "./runtime-api";

const isInstalled = existsSync(node);
if (!isInstalled) {
  console.warn("Lambda's runtime client is not asked: run npm ci in test/second-opinion/runtime");
}
const withRuntime = isInstalled ? test : test.skip;

let directory: string;
let table: TestTable;
beforeAll(async () => {
  if (!isInstalled) return;
  table = await startTable();
  const outputDirectory = await mkdtemp(path.join(tmpdir(), "second-opinion-"));
  directory = bundle({ entry: path.join(__dirname, "app.ts"), outputDirectory }).lane.directory;
});
afterAll(() => table?.close());

const connectedAt = Date.now();

/** What SQS hands to the lane for one event. */
function record(event: Record<string, unknown>, number: number) {
  const { connectionId } = event;
  return {
    messageId: `message-${number}`,
    receiptHandle: `handle-${number}`,
    body: JSON.stringify(event),
    attributes: {
      ApproximateReceiveCount: "1",
      MessageGroupId: String(connectionId),
      SequenceNumber: String(number).padStart(20, "0"),
      SentTimestamp: String(connectedAt),
    },
    messageAttributes: {},
    eventSource: "aws:sqs",
  };
}

let events = 0;
const frame = (connectionId: string, text: string) => {
  events += 1;
  const body = Buffer.from(text).toString("base64");
  return record(
    { type: "frame", connectionId, requestId: `request-${events}`, at: Date.now(), body },
    events,
  );
};

/** Opens a connection as `$connect` does, and runs a lane that gets its batches. */
async function runConnection(connectionId: string, batches: readonly (readonly string[])[]) {
  const admission = admit({
    queryStringParameters: { EIO: "4", transport: "websocket" },
    requestContext: { connectionId, connectedAt, stage: "prod" },
  });
  if (!admission.ok) throw new Error(admission.message);
  await table.store.open(admission.connection);
  events += 1;
  const open = record({ type: "open", connectionId }, events);
  const frames = batches.map((texts) => texts.map((text) => frame(connectionId, text)));
  const [first = [], ...later] = frames;
  return run([[open, ...first], ...later].map((Records) => ({ Records })));
}

function run(invocations: readonly unknown[], leave = ""): Promise<Run> {
  return runLane({
    directory,
    events: invocations,
    environment: {
      TABLE_NAME: table.name,
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${table.port}`,
      LEAVE: leave,
    },
  });
}

withRuntime("Lambda's runtime client on Node 24 runs the lane, which answers a batch", async () => {
  const { answers, output } = await run([{ Records: [] }]);
  expect({ answers, output }).toMatchObject({ answers: [{ batchItemFailures: [] }] });
});

withRuntime("it opens a connection, joins a room and posts what the room hears", async () => {
  const ran = await runConnection("opens=", [["40"], ['42["join","lobby"]']]);
  expect(ran).toMatchObject({
    answers: [{ batchItemFailures: [] }, { batchItemFailures: [] }],
  });
  expect(ran.posts).toEqual([
    expect.stringMatching(/^0\{"sid":/),
    expect.stringMatching(/^40\{"sid":/),
    '42["joined","lobby"]',
  ]);
});

withRuntime("a rejection that the application forgot ends no batch and no process", async () => {
  const ran = await runConnection("forgets=", [["40", '42["forget"]'], ['42["join","after"]']]);
  expect(ran.output).toContain("The application left a rejection");
  expect(ran.output).toContain("forgotten");
  expect(ran).toMatchObject({
    answers: [{ batchItemFailures: [] }, { batchItemFailures: [] }],
  });
  expect(ran.posts).toContain('42["joined","after"]');
});

withRuntime(
  "an error thrown by a timer gives its batch back to SQS and ends it with 1",
  async () => {
    const ran = await runConnection("throws=", [["40"], ['42["throw"]'], ['42["join","never"]']]);
    expect(ran.output).toContain("thrown by a timer");
    expect(ran.code).toBe(1);
    // The batch that was answered stays so; the one in flight comes back in a second, not after the visibility timeout.
    expect(ran.answers).toEqual([{ batchItemFailures: [] }]);
    const given = ran.sqs.filter(({ action }) => action === "ChangeMessageVisibilityBatch");
    expect(given.map(({ body }) => JSON.parse(body).Entries)).toEqual([
      [{ Id: "message-10", ReceiptHandle: "handle-10", VisibilityTimeout: 1 }],
    ]);
    expect(ran.posts).not.toContain('42["joined","never"]');
  },
);

withRuntime("an uncaught exception before the first batch ends it with 1", async () => {
  const { code, output } = await run([], "exception");
  expect(output).toContain("escaped");
  expect(code).toBe(1);
});
