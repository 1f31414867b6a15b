import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { assembly, TestStack, waitFor } from "../support/clients";

const run = promisify(execFile);
const BODY = '{"type":"unknown"}';

/** What fails five times becomes a dead letter, the lane moves on, and `npm run redrive` brings it back. */

let test_: TestStack;
let sqs: SQSClient;
beforeAll(async () => {
  // Twelve tries at the pauses of a real deployment would take half an hour.
  test_ = await TestStack.start(assembly(), { timings: { maximumVisibilityMs: 250 } });
  const { environment } = test_.stack;
  sqs = new SQSClient({
    region: environment.AWS_REGION as string,
    endpoint: environment.AWS_ENDPOINT_URL_SQS as string,
    credentials: test_.stack.credentials,
  });
});
afterAll(() => test_.close());

const redrive = (...args: string[]) =>
  run("node", ["--import", "tsx", "bin/redrive.ts", ...args], {
    env: { ...process.env, ...test_.stack.environment },
  });
const find = (urls: Readonly<Record<string, string>>, name: RegExp) =>
  Object.entries(urls).find(([id]) => name.test(id))?.[1] as string;
const arnOf = (url: string) => `arn:aws:sqs:us-east-1:000000000000:${url.split("/").at(-1)}`;

test("poison becomes a dead letter with the lane moving on, and can be brought back", async () => {
  const client = await test_.connect();
  const group = client.io.engine.id as string;
  const { queueUrls } = test_.stack;
  const poison = { MessageBody: BODY, MessageGroupId: group, MessageDeduplicationId: "poison" };
  await sqs.send(new SendMessageCommand({ QueueUrl: find(queueUrls, /LanesQueue/), ...poison }));
  expect(await client.emitWithAck("echo", "behind it")).toBe("behind it");
  const failures = () =>
    test_.log.filter(({ text }) => /Cannot read a lane event/.test(text)).length;
  // On a busy machine the queue may end the last try before its function does.
  await waitFor(() => failures() >= 12 && test_.stack.deadLetters().length === 1);
  const [letter] = test_.stack.deadLetters();
  expect(letter).toMatchObject({ body: BODY, groupId: group });
  expect(failures()).toBe(12);
  const deadLetters = find(queueUrls, /LanesDeadLetters/);
  const { stdout } = await redrive(arnOf(deadLetters));
  expect(stdout).toBe(`${arnOf(deadLetters)}: 1 moved\n`);
  await waitFor(() => failures() === 24 && test_.stack.deadLetters().length === 1);
  expect(await client.emitWithAck("echo", "again")).toBe("again");
});

test("what a function has quarantined itself can be brought back, too", async () => {
  const { queueUrls } = test_.stack;
  const client = await test_.connect();
  const numbers: number[] = [];
  client.on("number", (n: number) => numbers.push(n));
  const frame = Buffer.from('42["number",7]').toString("base64");
  const connectionId = client.io.engine.id as string;
  const event = { type: "frame", connectionId, requestId: "r", at: Date.now(), body: frame };
  const deadLetters = find(queueUrls, /LanesDeadLetters/);
  const message = { MessageGroupId: connectionId, MessageDeduplicationId: "quarantined" };
  await sqs.send(
    new SendMessageCommand({
      ...{ QueueUrl: deadLetters, MessageBody: JSON.stringify(event) },
      ...message,
    }),
  );
  await redrive(arnOf(deadLetters));
  await waitFor(() => numbers.includes(7), 20_000);
});

test.each([
  [[], 2, "Cannot redrive: expected ARNs"],
  [["lanes"], 2, "Cannot redrive: expected ARNs"],
  [
    ["arn:aws:sqs:us-east-1:000000000000:Unknown.fifo"],
    1,
    "Cannot redrive: AWS says \\w+: The specified queue does not exist",
  ],
])("refuses %j with exit code %s", async (args, code, message) => {
  const stderr = expect.stringMatching(new RegExp(`^${message}`));
  await expect(redrive(...args)).rejects.toMatchObject({ code, stderr });
});
